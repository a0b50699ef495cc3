// Many deadlines on one timer: arming and disarming are a few pointer writes, not system calls.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <utility>  // before Asio: g++ 12

namespace shopkeeper::sidecar {

class DeadlineWheel;

// One deadline of one owner. Lives on the wheel's thread; must not outlive the wheel.
class Deadline {
 public:
  Deadline(DeadlineWheel& wheel, std::function<void()> onExpiry)
      : wheel_(wheel), onExpiry_(std::move(onExpiry)) {}
  ~Deadline() { disarm(); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Fires once, `after` from now, at most 20 ms late. Arming again replaces.
  void arm(std::chrono::steady_clock::duration after);
  void armAt(std::chrono::steady_clock::time_point when);
  void disarm();
  bool armed() const { return slot_ >= 0; }

 private:
  friend class DeadlineWheel;
  DeadlineWheel& wheel_;
  std::function<void()> onExpiry_;
  std::chrono::steady_clock::time_point when_{};
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
  int slot_ = -1;
};

// Hashed timing wheel, 256 slots of 20 ms. Its timer runs only while a deadline is armed.
class DeadlineWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{20};

  explicit DeadlineWheel(boost::asio::io_context& io) : timer_(io) {}
  ~DeadlineWheel() { stop(); }
  // No callback comes afterwards, nor does the timer run. Deadlines still armed are let go, so that
  // they may outlive the wheel from now on.
  void stop();

 private:
  friend class Deadline;
  static constexpr int kSlots = 256;

  void insert(Deadline& deadline);
  void remove(Deadline& deadline);
  void schedule();
  void tick();
  std::int64_t tickOf(std::chrono::steady_clock::time_point when) const;

  boost::asio::steady_timer timer_;
  std::array<Deadline*, kSlots> slots_{};
  std::size_t armed_ = 0;
  bool running_ = false;
  bool stopped_ = false;
  std::int64_t lastTick_ = 0;
  Deadline* cursor_ = nullptr;  // next to look at during tick(); kept valid by remove()
};

}  // namespace shopkeeper::sidecar
