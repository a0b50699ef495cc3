#include "sidecar/proxy/tunnel.h"

#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {

using Steady = std::chrono::steady_clock;

Tunnel::Tunnel(asio::io_context& io, DeadlineWheel& wheel, Side client, Side endpoint,
               TunnelLimits limits, ProxyStats& stats, std::function<void()> onAnswer)
    : io_(io),
      client_(client),
      endpoint_(endpoint),
      limits_(limits),
      stats_(stats),
      onAnswer_(std::move(onAnswer)),
      idle_(wheel, [this] { onIdle(); }),
      upEnded_(io) {}

Task<TunnelEnd> Tunnel::run() {
  for (Stream* stream : {&client_.stream, &endpoint_.stream}) {
    stream->liftRead();
    stream->liftWrite();
  }
  lastByte_ = Steady::now();
  idle_.arm(limits_.idle);
  upRunning_ = true;
  spawn(io_, pumpUp());
  co_await pump(endpoint_, client_, stats_.bytesOut, TunnelEnd::EndpointFailed,
                TunnelEnd::ClientFailed);
  while (upRunning_) {
    if (failed_) {  // again and again: the way up may have been between two operations
      client_.stream.interrupt();
      endpoint_.stream.interrupt();
    }
    upEnded_.expires_after(failed_ ? Steady::duration(std::chrono::milliseconds(20))
                                   : Steady::duration(limits_.idle));
    error_code woken;
    co_await upEnded_.async_wait(resultIn(woken));
  }
  idle_.disarm();
  if (end_ == TunnelEnd::Idle) stats_.timedOut.add();
  for (Stream* stream : {&client_.stream, &endpoint_.stream}) {
    if (failed_) {
      stream->reset();
    } else {
      stream->close();
    }
  }
  co_return end_;
}

Task<void> Tunnel::pumpUp() {
  co_await pump(client_, endpoint_, stats_.bytesIn, TunnelEnd::ClientFailed,
                TunnelEnd::EndpointFailed);
  upRunning_ = false;
  upEnded_.cancel();
}

Task<void> Tunnel::pump(Side from, Side to, Tally& bytes, TunnelEnd fromFailed,
                        TunnelEnd toFailed) {
  while (!failed_) {
    error_code error;
    if (from.input.empty()) {
      co_await from.stream.read(from.input, error);
      if (error == asio::error::eof) {
        to.stream.endWriting();
        co_return;
      }
      if (error) {
        fail(fromFailed);
        co_return;
      }
      lastByte_ = Steady::now();
    }
    if (onAnswer_ && fromFailed == TunnelEnd::EndpointFailed) std::exchange(onAnswer_, {})();
    const std::string_view data = from.input.data();
    const asio::const_buffer buffer(data.data(), data.size());
    to.stream.limitWrite(limits_.stall);
    co_await to.stream.write({&buffer, 1}, error);
    to.stream.liftWrite();
    if (error) {
      fail(toFailed);
      co_return;
    }
    bytes.add(data.size());
    from.input.consume(data.size());
    from.input.releaseIfEmpty();
    lastByte_ = Steady::now();
  }
}

void Tunnel::fail(TunnelEnd how) {
  if (!failed_) end_ = how;
  failed_ = true;
  client_.stream.interrupt();
  endpoint_.stream.interrupt();
  upEnded_.cancel();
}

// Armed once and moved on when it fires, so that bytes cost no work on the wheel.
void Tunnel::onIdle() {
  const auto until = lastByte_ + limits_.idle;
  if (Steady::now() < until) {
    idle_.armAt(until);
  } else {
    fail(TunnelEnd::Idle);
  }
}

}  // namespace shopkeeper::sidecar
