#include "sidecar/proxy/hedged_try.h"

#include "sidecar/proxy/dial.h"
#include "sidecar/proxy/exchange.h"
#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {

using Steady = std::chrono::steady_clock;

HedgedTry::HedgedTry(ExchangeContext& context, std::shared_ptr<Upstream> upstream,
                     Upstream::Pick pick, Request request)
    : context_(context),
      upstream_(std::move(upstream)),
      lease_(*upstream_, std::move(pick)),
      request_(std::move(request)),
      startedAt_(Steady::now()),
      end_(context.io, Steady::time_point::max()) {}

void HedgedTry::start(std::function<void()> onEnd) {
  onEnd_ = std::move(onEnd);
  spawn(context_.io, run(shared_from_this()));
}

Task<void> HedgedTry::run(std::shared_ptr<HedgedTry> self) {
  if (!self->dropped_) co_await self->attempt();
  self->ended_ = true;
  if (!self->answered_ || self->dropped_) self->connection_.reset();
  self->end_.cancel();
  if (self->onEnd_) self->onEnd_();
}

Task<void> HedgedTry::wait() {
  if (ended_ || dropped_) co_return;
  error_code woken;
  co_await end_.async_wait(resultIn(woken));
}

void HedgedTry::drop() {
  dropped_ = true;
  onEnd_ = nullptr;
  lease_.finish(Outcome::Neutral);
  if (connection_ != nullptr) connection_->stream.reset();
  if (ended_) connection_.reset();
  end_.cancel();
}

Task<void> HedgedTry::attempt() {
  const EndpointRef& endpoint = lease_.pick().endpoint;
  connection_ = context_.pool.take(endpoint);
  reused_ = connection_ != nullptr;
  if (!reused_) {
    const DialTarget target{endpoint, upstream_->name(), request_.until};
    const bool connected = co_await dial(context_, target, connection_);
    if (!connected) {
      failure_ = Steady::now() >= request_.until ? Outcome::Timeout : Outcome::ConnectFailed;
      co_return;
    }
  }
  connection_->stream.limitWrite(request_.until - Steady::now());
  error_code error;
  const asio::const_buffer bytes = asio::buffer(request_.bytes);
  co_await connection_->stream.write({&bytes, 1}, error);
  if (error) {
    failure_ = outcomeOf(error);
    co_return;
  }
  co_await readHead();
}

// Looks up from time to time whether the endpoint was found dead or hanging by what became of
// others, as the first try does.
void HedgedTry::limitRead() {
  connection_->stream.limitRead(std::min(request_.until, Steady::now() + kLookWhileWaiting));
}

Task<void> HedgedTry::readHead() {
  MessageParser& parser = connection_->parser;
  InputBuffer& input = connection_->input;
  parser.startMessage(request_.headRequest);
  limitRead();
  for (;;) {
    ParseError malformed;
    const std::size_t used = parser.parseHead(input.data(), malformed);
    if (malformed || (used == 0 && input.full())) {
      failure_ = Outcome::Reset;
      co_return;
    }
    if (used > 0) {
      input.consume(used);
      answered_ = parser.response().status / 100 != 1;
      if (answered_) co_return;
      if (parser.response().status == 101) {  // never asked for
        failure_ = Outcome::Reset;
        co_return;
      }
      parser.startMessage(request_.headRequest);
      continue;
    }
    error_code error;
    co_await connection_->stream.read(input, error);
    if (!error) continue;
    const bool onlyLooked =
        error == asio::error::timed_out && !dropped_ && Steady::now() < request_.until;
    if (onlyLooked && upstream_->worthWaiting(lease_.pick())) {
      limitRead();
      continue;
    }
    failure_ = outcomeOf(error);
    co_return;
  }
}

// A peer may close a kept connection at any moment; that says nothing about its health.
Outcome HedgedTry::outcomeOf(const error_code& error) const {
  if (error == asio::error::timed_out) return Outcome::Timeout;
  return reused_ ? Outcome::Neutral : Outcome::Reset;
}

}  // namespace shopkeeper::sidecar
