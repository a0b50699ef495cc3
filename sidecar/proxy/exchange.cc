#include "sidecar/proxy/exchange.h"

#include <sys/socket.h>

#include "sidecar/proxy/fault_table.h"
#include "sidecar/proxy/user_bucket.h"

namespace shopkeeper::sidecar {
namespace {

// What the sender says of the request: for whom it is, and how much it matters.
PickRequest describeRequest(const RequestHead& head) {
  PickRequest request;
  const std::string_view user = head.get(kUserHeader);
  if (!user.empty()) request.user = userHash(user);
  const std::string_view priority = head.get(kPriorityHeader);
  if (priority == "critical") request.priority = wire::Priority::Critical;
  if (priority == "normal") request.priority = wire::Priority::Normal;
  if (priority == "sheddable") request.priority = wire::Priority::Sheddable;
  return request;
}

}  // namespace

Exchange::Exchange(ExchangeContext& context, ClientSide client, const Admission& admission)
    : context_(context),
      client_(client),
      head_(client.parser.request()),
      admission_(admission),
      policy_(admission.upstream->policy()),
      repeatable_(isRepeatable(head_.method, admission.target, policy_->retries)),
      headRequest_(head_.method == "HEAD"),
      upgrade_(asksForUpgrade(head_)),
      upload_(context.io, client.stream, client.input, client.parser, context.limits.maxBodyBytes,
              context.stats),
      continueTimer_(context.wheel, [this] {
        continueOverdue_ = true;
        if (connection_ != nullptr) connection_->stream.interrupt();
      }) {}

Exchange::~Exchange() {
  if (hedge_.second != nullptr) hedge_.second->drop();
}

Task<bool> Exchange::run() {
  if (head_.framing == Framing::Length && head_.length > context_.limits.maxBodyBytes) {
    co_return co_await answerOwn(413, "", "the body is larger than allowed");
  }
  upload_.prefetch();
  if (upload_.failure().status != 0) co_return co_await answerClientFailure();
  if (admission_.unwell) {
    co_return co_await answerOwn(503, "unhealthy", "the service of this pod is not well");
  }
  awaitingContinue_ = head_.expectContinue && !upload_.complete() && upload_.held().empty();

  ownTimeout_ = timeout_ = std::chrono::milliseconds(policy_->timeoutMs);
  if (const auto left = callersTime(head_)) timeout_ = std::min(timeout_, *left);
  if (timeout_.count() <= 0) {
    co_return co_await answerOwn(504, "timeout", "the caller has no time left");
  }
  deadline_ = std::chrono::steady_clock::now() + timeout_;
  if (context_.faults != nullptr) {
    const auto fault = context_.faults->choose(std::chrono::steady_clock::now(), context_.random);
    if (fault) {
      const Suffered suffered = co_await suffer(*fault);
      if (suffered != Suffered::GoOn) co_return suffered == Suffered::Answered;
    }
  }
  RequestEdits edits;
  edits.target = admission_.target;
  edits.host = admission_.host;
  if (context_.forwardClientAddress) edits.clientAddress = client_.address;
  const std::string requestId = randomHex(context_.random, 8);
  edits.requestId = requestId;
  edits.framing = head_.framing;
  edits.length = head_.length;
  edits.acceptTrailers = acceptsTrailers(head_);
  edits.upgrade = upgrade_;
  requestHead_.reserve(512);
  writeRequestHead(requestHead_, head_, edits);
  openHead_ = requestHead_.size();

  if (context_.fallback != nullptr && policy_->fallback.maxBytes > 0) {
    orders_.capture.wish(static_cast<std::size_t>(policy_->fallback.maxBytes) / 8);
  }
  chooseMirror();
  co_return co_await tryAll(*admission_.upstream);
}

Task<bool> Exchange::tryAll(Upstream& upstream) {
  wanted_ = describeRequest(head_);
  wanted_.mayProbe = repeatable_ && upload_.replayable();
  Upstream::Pick next = upstream.pick(wanted_);
  if (next.endpoint == nullptr) {
    if (const auto kept = lastGoodAnswer()) co_return co_await answerStale(*kept);
    if (next.refusal == Upstream::Refusal::Overload) {
      co_return co_await answerOwn(503, "overload", "too many requests in flight");
    }
    co_return co_await answerOwn(503, "no-endpoint", "the upstream has no endpoint");
  }
  for (;;) {
    Lease lease(upstream, std::move(next));
    RetryVerdict verdict = RetryVerdict::GiveUp;
    armHedge(lease.pick());
    Try made = co_await tryEndpoint(lease.pick(), verdict);
    hedge_.timer.reset();
    if (hedge_.second != nullptr) co_await settleHedge(lease, made, verdict);
    if (upload_.failure().status != 0) {
      connection_.reset();
      co_return co_await answerClientFailure();
    }
    if (verdict == RetryVerdict::OtherEndpoint) {
      tried_.push_back(lease.pick().endpoint);
      wanted_.tried = tried_;
      next = upstream.pick(wanted_);
      if (next.endpoint != nullptr) {
        lease.finish(blameFor(made));
        connection_.reset();
        continue;
      }
    }
    if (!made.answered || connection_->parser.response().status >= 500) {
      if (const auto kept = lastGoodAnswer()) {
        const bool keep = co_await answerStale(*kept);
        lease.finish(blameFor(made));
        connection_.reset();
        co_return keep;
      }
    }
    if (!made.answered) {
      lease.finish(blameFor(made));
      co_return co_await answerFailure(made);
    }
    lease.answered(made.outcome);
    Outcome outcome = made.outcome;
    const bool keep = co_await relayAnswer(outcome, *lease.pick().endpoint);
    lease.finish(outcome);
    co_return keep;
  }
}

Task<Exchange::Try> Exchange::tryEndpoint(const Upstream::Pick& pick, RetryVerdict& verdict) {
  lastResort_ = !pick.alternative && context_.gate.peersAreSidecars();
  ++tries_;
  const bool cutShort =
      repeatable_ && upload_.replayable() && pick.alternative && tries_ < policy_->retries.maxTries;
  pick_ = cutShort ? &pick : nullptr;
  Try made = co_await attempt(pick.endpoint, /*fresh=*/false, cutShort);
  verdict = judge(made, /*staleRetried=*/false);
  if (verdict == RetryVerdict::SameEndpointFresh && upload_.failure().status == 0 && !outrun()) {
    made = co_await attempt(pick.endpoint, /*fresh=*/true, cutShort);
    verdict = judge(made, /*staleRetried=*/true);
  }
  co_return made;
}

// A caller in a hurry says nothing about the endpoint: without this a client could have endpoints
// ejected by asking for answers within a millisecond.
Outcome Exchange::blameFor(const Try& made) const {
  const auto waited = std::chrono::steady_clock::now() - made.startedAt;
  const bool hurried = made.outcome == Outcome::Timeout && waited < ownTimeout_ / 4;
  return hurried ? Outcome::Neutral : made.outcome;
}

// A client that closed looks like one that only half-closed and still reads. An interim answer,
// which every HTTP/1.1 client must be able to skip (RFC 9110, section 15.2), makes the first say so
// with a reset.
void Exchange::onClientEnd(bool broken) {
  if (broken) return abandon();
  if (asked_ || writing_ || !head_.http11 || client_.stream.tls() != nullptr) return;
  asked_ = true;
  constexpr std::string_view kInterim = "HTTP/1.1 102 Processing\r\n\r\n";
  const ssize_t sent = ::send(client_.stream.descriptor(), kInterim.data(), kInterim.size(),
                              MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent > 0 && static_cast<std::size_t>(sent) < kInterim.size()) abandon();
}

void Exchange::abandon() {
  abandoned_ = true;
  if (connection_ != nullptr) connection_->stream.interrupt();
  if (hedge_.second != nullptr) hedge_.second->drop();
}

RetryVerdict Exchange::judge(const Try& made, bool staleRetried) const {
  if (abandoned_) return RetryVerdict::GiveUp;
  FailedTry failed;
  failed.outcome = made.outcome;
  failed.reusedConnection = made.reused;
  failed.nothingSent = made.nothingSent;
  failed.neverReachedService = made.neverReachedService;
  failed.idempotent = repeatable_;
  failed.maxTries = policy_->retries.maxTries;
  failed.bodyReplayable = upload_.replayable();
  failed.tries = tries_;
  failed.staleRetried = staleRetried;
  failed.timeLeft = std::chrono::steady_clock::now() < deadline_;
  return decideRetry(failed);
}

Task<bool> Exchange::answerFailure(const Try& last) {
  if (abandoned_) {  // nobody is there to hear
    client_.stream.close();
    co_return false;
  }
  switch (last.outcome) {
    case Outcome::ConnectFailed:
      co_return co_await answerOwn(503, "no-endpoint", "no endpoint of the upstream accepts");
    case Outcome::Timeout:
      co_return co_await answerOwn(504, "timeout", "the upstream did not answer in time");
    default:
      co_return co_await answerOwn(502, "reset",
                                   "the upstream ended the connection before it answered");
  }
}

Task<bool> Exchange::answerClientFailure() {
  const RequestUpload::Failure& failure = upload_.failure();
  if (failure.status < 0) {
    client_.stream.close();
    co_return false;
  }
  if (failure.status == 408) context_.stats.timedOut.add();
  if (failure.status == 400) context_.stats.malformed.add();
  co_return co_await answerOwn(failure.status, "", failure.message);
}

Task<bool> Exchange::answerOwn(int status, std::string_view errorName, std::string_view message) {
  const bool keep =
      head_.keepAlive && upload_.complete() && upload_.failure().status == 0 && !context_.draining;
  std::string answer;
  writeOwnAnswer(answer, status, errorName, message, !keep, headRequest_);
  context_.stats.ownAnswers.add();
  const asio::const_buffer buffer = asio::buffer(answer);
  const bool written = co_await writeToClient({&buffer, 1});
  if (!written) co_return false;
  status_ = status;
  co_return keep;
}

}  // namespace shopkeeper::sidecar
