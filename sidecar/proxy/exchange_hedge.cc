// Hedging: a second try beside one that is slow, and which of the two goes on. Source: "The tail at
// scale" (Dean, Barroso 2013). As in gRPC's proposal A6 a hedge counts as a try, and the first
// answer without an error ends the other; as in Finagle's BackupRequestFilter an error waits for
// the other, and the slower one is not to blame.
//
// The slower one's connection is closed, which Finagle advises against for protocols like HTTP/1.1
// ("connection churn"). Here the budget bounds it, and the reset ends the work at each hop behind.
#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {
namespace {

using Steady = std::chrono::steady_clock;

}  // namespace

void Exchange::armHedge(const Upstream::Pick& pick) {
  if (policy_->hedge.quantilePercent == 0) return;
  if (!repeatable_ || upgrade_ || !pick.alternative) return;
  const auto delay = admission_.upstream->hedgeDelay();
  if (!delay) return;
  hedge_.timer.emplace(context_.wheel, [this, &pick] { startHedge(pick); });
  hedge_.timer->arm(*delay);
}

void Exchange::startHedge(const Upstream::Pick& beside) {
  if (abandoned_ || tries_ >= policy_->retries.maxTries) return;
  if (!upload_.complete() || upload_.running() || !upload_.replayable()) return;
  const Instant now = Steady::now();
  if (now >= deadline_) return;
  std::vector<EndpointRef> tried = tried_;
  tried.push_back(beside.endpoint);
  PickRequest request = wanted_;
  request.mayProbe = false;
  request.tried = tried;
  request.hedge = true;
  Upstream::Pick pick = admission_.upstream->pick(request);
  if (pick.endpoint == nullptr) return;
  ++tries_;

  HedgedTry::Request sent;
  sent.headRequest = headRequest_;
  const bool elsewhere = pick.alternative && tries_ < policy_->retries.maxTries;
  sent.until = now + tryTimeout(policy_->retries, deadline_ - now, elsewhere);
  std::string head = requestHead_.substr(0, openHead_);
  std::vector<asio::const_buffer> out;
  std::string scratch;
  composeRequest(head, /*lastResort=*/false, out, scratch);
  sent.bytes.resize(asio::buffer_size(out));
  asio::buffer_copy(asio::buffer(sent.bytes), out);
  hedge_.made = {};
  hedge_.second =
      std::make_shared<HedgedTry>(context_, admission_.upstream, std::move(pick), std::move(sent));
  hedge_.second->start([this] { onHedgeEnd(); });
}

void Exchange::onHedgeEnd() {
  HedgedTry& second = *hedge_.second;
  hedge_.made.startedAt = second.startedAt();
  hedge_.made.outcome = second.failure();
  hedge_.made.answered = second.answered();
  if (second.answered()) classify(second.connection().parser.response(), hedge_.made);
  if (outrun() && connection_ != nullptr) connection_->stream.interrupt();
}

bool Exchange::outrun() const { return hedge_.second != nullptr && usefulness(hedge_.made) == 2; }

// An answer, an error that the service itself gave, nothing.
int Exchange::usefulness(const Try& made) {
  if (!made.answered) return 0;
  if (made.outcome == Outcome::Success) return 2;
  return made.outcome == Outcome::ServerError ? 1 : 0;
}

Task<void> Exchange::settleHedge(Lease& lease, Try& made, RetryVerdict& verdict) {
  if (usefulness(made) < 2 && !abandoned_) co_await hedge_.second->wait();
  const std::shared_ptr<HedgedTry> second = std::exchange(hedge_.second, nullptr);
  const Try other = hedge_.made;
  if (abandoned_ || usefulness(other) <= usefulness(made)) {
    tried_.push_back(second->lease().pick().endpoint);
    if (second->ended() && !abandoned_) second->lease().finish(blameFor(other));
    second->drop();
  } else {
    tried_.push_back(lease.pick().endpoint);
    const bool failed = made.answered || made.outcome != Outcome::Neutral;
    if (failed) {
      lease.finish(blameFor(made));
    } else {
      lease.outrun();
    }
    lease.yieldTo(second->lease());
    connection_ = second->takeConnection();
    made = other;
  }
  verdict = judge(made, /*staleRetried=*/true);
}

}  // namespace shopkeeper::sidecar
