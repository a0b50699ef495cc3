// A TCP proxy on loopback that cuts and stalls what goes through it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace shopkeeper::testing {

class CuttingProxy {
 public:
  explicit CuttingProxy(int upstreamPort);
  ~CuttingProxy();

  int port() const { return port_; }
  // Resets every open connection.
  void cutAll();
  // Resets the connection that carries the n-th next byte to the client, in the middle of whatever
  // is being sent.
  void cutAfter(long bytes) { budget_ = bytes; }
  // Whether a cut ordered by cutAfter() has happened.
  bool hasCut() const { return cuts_.load() > 0; }
  // New connections are closed at once.
  void refuse(bool on) { refusing_ = on; }
  // Bytes towards the client are held back; nothing else shows: a dead peer without a reset.
  void stall(bool on) { stalled_ = on; }
  int connections() const { return accepted_.load(); }

 private:
  struct Link;
  void accept();
  void pump(const std::shared_ptr<Link>& link);

  const int upstreamPort_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<long> budget_{-1};
  std::atomic<int> cuts_{0};
  std::atomic<int> accepted_{0};
  std::atomic<bool> refusing_{false};
  std::atomic<bool> stalled_{false};
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::vector<std::shared_ptr<Link>> links_;
  std::vector<std::thread> pumps_;
  std::thread acceptor_;
};

}  // namespace shopkeeper::testing
