// What a drill makes of a request at this pod's ingress.
#include <boost/asio/steady_timer.hpp>

#include "sidecar/proxy/exchange.h"
#include "sidecar/proxy/fault_table.h"
#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {
namespace {

using Steady = std::chrono::steady_clock;

// How often a request that is held looks whether its fault has ended or its client has left.
constexpr std::chrono::milliseconds kLook{20};

}  // namespace

// Holds the request while the fault is active, at most until `until`.
Task<void> Exchange::hold(const wire::Fault& fault, Instant until) {
  asio::steady_timer timer(context_.io);
  while (!abandoned_ && Steady::now() < until) {
    if (!context_.faults->isActive(fault.id, Steady::now())) co_return;
    timer.expires_at(std::min(until, Steady::now() + kLook));
    error_code ignored;
    co_await timer.async_wait(resultIn(ignored));
  }
}

Task<Exchange::Suffered> Exchange::suffer(const wire::Fault& fault) {
  switch (fault.kind) {
    case wire::FaultKind::Delay: {
      const Instant until = Steady::now() + std::chrono::milliseconds(fault.delayMs);
      co_await hold(fault, std::min(until, deadline_));
      co_return Suffered::GoOn;
    }
    case wire::FaultKind::Corrupt:
      orders_.corrupt = true;
      co_return Suffered::GoOn;
    case wire::FaultKind::Status: {
      const bool keep = co_await answerOwn(fault.status, "", "a fault was injected here");
      co_return keep ? Suffered::Answered : Suffered::Ended;
    }
    case wire::FaultKind::Hang:
      co_await hold(fault, deadline_);
      if (Steady::now() < deadline_ && !abandoned_) co_return Suffered::GoOn;  // the fault is over
      break;
    case wire::FaultKind::Reset:
      break;
  }
  client_.stream.reset();
  co_return Suffered::Ended;
}

}  // namespace shopkeeper::sidecar
