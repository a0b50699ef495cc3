// A second try of a request beside one that is slow: with a connection and a lease of its own.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "sidecar/proxy/connection_pool.h"
#include "sidecar/proxy/lease.h"

namespace shopkeeper::sidecar {

struct ExchangeContext;

// Sends a request that it holds whole and waits for the head of the answer; interim answers are
// skipped. Lives on its loop's thread and, once started, until its connection is done with, so that
// who started it may drop it and go.
class HedgedTry : public std::enable_shared_from_this<HedgedTry> {
 public:
  struct Request {
    std::string bytes;         // head and body
    bool headRequest = false;  // the answer has no body
    std::chrono::steady_clock::time_point until;
  };
  // `context` must outlive it.
  HedgedTry(ExchangeContext& context, std::shared_ptr<Upstream> upstream, Upstream::Pick pick,
            Request request);

  // `onEnd` is called once, later, when the head of an answer is in or none will come; not after
  // drop().
  void start(std::function<void()> onEnd);
  // Until then, or drop().
  Task<void> wait();
  // Nobody wants it any more. Its lease ends without blame and its connection with a reset, by
  // which the next hop knows that it may stop.
  void drop();

  bool ended() const { return ended_; }
  bool answered() const { return answered_; }
  // Of one that ended without an answer.
  Outcome failure() const { return failure_; }
  std::chrono::steady_clock::time_point startedAt() const { return startedAt_; }
  Lease& lease() { return lease_; }
  // Its parser holds the head of the answer.
  const UpstreamConnection& connection() const { return *connection_; }
  std::unique_ptr<UpstreamConnection> takeConnection() { return std::move(connection_); }

 private:
  static Task<void> run(std::shared_ptr<HedgedTry> self);
  Task<void> attempt();
  Task<void> readHead();
  void limitRead();
  Outcome outcomeOf(const error_code& error) const;

  ExchangeContext& context_;
  const std::shared_ptr<Upstream> upstream_;
  Lease lease_;
  const Request request_;
  const std::chrono::steady_clock::time_point startedAt_;
  std::function<void()> onEnd_;
  std::unique_ptr<UpstreamConnection> connection_;
  asio::steady_timer end_;  // cancelled then
  bool reused_ = false;
  bool dropped_ = false;
  bool ended_ = false;
  bool answered_ = false;
  Outcome failure_ = Outcome::Neutral;
};

}  // namespace shopkeeper::sidecar
