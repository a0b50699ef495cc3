// Turns SIGTERM and SIGINT into an orderly stop.
#pragma once

#include <chrono>
#include <stop_token>

namespace shopkeeper {

// Blocks the signals in the calling thread (and those it starts later); construct one in main()
// before any thread. The token is stopped when the first signal comes; a second one ends the
// process at once.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  // Asks for the stop from inside the program.
  void requestStop() { source_.request_stop(); }
  // Blocks until the stop was asked for.
  void wait();
  // The same for at most `limit`; false where that passed first.
  bool waitFor(std::chrono::milliseconds limit);

 private:
  struct Waiter;
  std::stop_source source_;
  Waiter* waiter_;
};

}  // namespace shopkeeper
