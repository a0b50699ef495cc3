// One try of a request: connection, request out, head of the answer in.
#include "common/http/message.h"
#include "sidecar/proxy/dial.h"
#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {
namespace {

// How long a client that expects 100 (Continue) waits for the endpoint to say so before we do.
constexpr std::chrono::seconds kContinueWait{1};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

using Steady = std::chrono::steady_clock;

}  // namespace

Task<Exchange::Try> Exchange::attempt(const EndpointRef& endpoint, bool fresh, bool cutShort) {
  Try made;
  made.cutShort = cutShort;
  made.startedAt = Steady::now();
  connection_ = fresh ? nullptr : context_.pool.take(endpoint);
  made.reused = connection_ != nullptr;
  bool connected = made.reused;
  if (!connected) {
    const DialTarget target{endpoint, admission_.upstream->name(), deadline_};
    connected = co_await dial(context_, target, connection_);
  }
  if (!connected) {
    connection_.reset();
    // In less than the connect timeout nothing was proved about the endpoint.
    const bool hurried = Steady::now() >= deadline_;
    made.outcome = hurried ? Outcome::Timeout : Outcome::ConnectFailed;
    if (abandoned_ || outrun()) made.outcome = Outcome::Neutral;
    made.nothingSent = true;
    co_return made;
  }
  const bool sent = co_await sendRequest(made);
  if (sent) {
    co_await readAnswer(made);
    continueTimer_.disarm();
  }
  // What may be made again must not go on reading the client's body.
  const bool final = made.outcome == Outcome::Success || made.outcome == Outcome::ServerError;
  if (upload_.running() && (!made.answered || !final)) co_await upload_.stop();
  // The next hop learns too.
  const bool unwanted = abandoned_ || (outrun() && !made.answered);
  if (unwanted && connection_ != nullptr) connection_->stream.reset();
  if (!made.answered) connection_.reset();
  co_return made;
}

Task<bool> Exchange::sendRequest(Try& made) {
  requestHead_.resize(openHead_);
  std::vector<asio::const_buffer> out;
  std::string scratch;
  composeRequest(requestHead_, lastResort_, out, scratch);

  Stream& stream = connection_->stream;
  stream.limitWrite(deadline_ - Steady::now());
  error_code error;
  const std::size_t written = co_await stream.write(out, error);
  if (error) {
    made.nothingSent = written == 0;
    made.outcome = error == asio::error::timed_out ? Outcome::Timeout : Outcome::Reset;
    if (outrun()) made.outcome = Outcome::Neutral;
    co_return false;
  }
  limitTry(made);
  if (upload_.complete()) co_return true;
  if (awaitingContinue_) {
    continueOverdue_ = false;
    continueTimer_.arm(kContinueWait);
    co_return true;
  }
  client_.stream.limitRead(deadline_);
  upload_.start(*connection_, head_.framing, [this, made] {
    client_.stream.liftRead();
    if (status_ == 0) limitTry(made);  // an answer that has begun has no deadline any more
  });
  co_return true;
}

void Exchange::composeRequest(std::string& head, bool lastResort,
                              std::vector<asio::const_buffer>& out, std::string& scratch) const {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Steady::now());
  endRequestHead(head, left, lastResort);
  out.assign(1, asio::buffer(head));
  std::vector<std::string_view> pieces;
  if (!upload_.held().empty()) pieces.push_back(upload_.held());
  frameBody(out, pieces, head_.framing, upload_.complete(), scratch, upload_.trailers());
}

// While the body is on its way only the request's own deadline counts; then the try's.
void Exchange::limitTry(const Try& made) {
  Instant until = deadline_;
  const bool waitsForEndpoint = upload_.complete() || awaitingContinue_;
  if (waitsForEndpoint) {
    const Instant now = Steady::now();
    until = now + tryTimeout(policy_->retries, deadline_ - now, made.cutShort);
  }
  tryUntil_ = until;
  armTry();
}

// A try that may be made elsewhere looks up from time to time.
void Exchange::armTry() {
  const bool looks = pick_ != nullptr && upload_.complete();
  connection_->stream.limitRead(looks ? std::min(tryUntil_, Steady::now() + kLookWhileWaiting)
                                      : tryUntil_);
}

// Whether a read limit that passed was only a look up: the client is there, the time is not over,
// and the endpoint was not found dead or hanging meanwhile by what became of others.
bool Exchange::goOnWaiting() {
  if (abandoned_ || pick_ == nullptr || Steady::now() >= tryUntil_) return false;
  if (!admission_.upstream->worthWaiting(*pick_)) return false;
  armTry();
  return true;
}

Task<void> Exchange::readAnswer(Try& made) {
  MessageParser& parser = connection_->parser;
  InputBuffer& input = connection_->input;
  parser.startMessage(headRequest_);
  for (;;) {
    ParseError malformed;
    const std::size_t used = parser.parseHead(input.data(), malformed);
    if (malformed || (used == 0 && input.full())) {
      made.outcome = Outcome::Reset;
      co_return;
    }
    if (used == 0) {
      if (outrun()) {
        made.outcome = Outcome::Neutral;
        co_return;
      }
      error_code error;
      co_await connection_->stream.read(input, error);
      if (!error) continue;
      if (error == asio::error::timed_out && goOnWaiting()) continue;
      if (continueOverdue_ && awaitingContinue_ && error == asio::error::operation_aborted) {
        const bool going = co_await goOn();
        if (going) continue;
        made.outcome = Outcome::Neutral;
        co_return;
      }
      onReadError(error, made);
      co_return;
    }
    input.consume(used);
    const ResponseHead& head = parser.response();
    const bool switches = upgrade_ && grantsUpgrade(head);
    if (head.status / 100 != 1 || switches) {
      made.answered = true;
      classify(head, made);
      co_return;
    }
    const bool going = co_await onInformational(head, made);
    if (!going) co_return;
    parser.startMessage(headRequest_);
  }
}

void Exchange::onReadError(const error_code& error, Try& made) {
  if (upload_.failure().status != 0 || abandoned_ || outrun()) {
    made.outcome = Outcome::Neutral;
  } else if (error != asio::error::timed_out) {
    made.outcome = Outcome::Reset;
  } else if (upload_.running()) {
    upload_.failTimeout();  // the client was too slow, not the endpoint
    made.outcome = Outcome::Neutral;
  } else {
    made.outcome = Outcome::Timeout;
  }
}

// 100 lets the client send its body; other 1xx are passed on; a 101 that gets here was never asked
// for.
Task<bool> Exchange::onInformational(const ResponseHead& head, Try& made) {
  if (head.status == 101) {
    made.outcome = Outcome::Reset;
    co_return false;
  }
  if (head.status == 100) {
    if (!awaitingContinue_) co_return true;
    const bool going = co_await goOn();
    if (going) co_return true;
    made.outcome = Outcome::Neutral;
    co_return false;
  }
  if (!head_.http11) co_return true;
  std::string text;
  ResponseEdits edits;
  edits.stripInternal = !context_.gate.peersAreSidecars();
  writeResponseHead(text, head, edits);
  const asio::const_buffer buffer = asio::buffer(text);
  const bool written = co_await writeToClient({&buffer, 1});
  if (written) co_return true;
  made.outcome = Outcome::Neutral;
  co_return false;
}

Task<bool> Exchange::goOn() {
  awaitingContinue_ = continueOverdue_ = false;
  continueTimer_.disarm();
  const asio::const_buffer buffer = asio::buffer(kContinue);
  const bool written = co_await writeToClient({&buffer, 1});
  if (!written) co_return false;
  client_.stream.limitRead(deadline_);
  connection_->stream.limitRead(deadline_);
  upload_.start(*connection_, head_.framing, [this] { client_.stream.liftRead(); });
  co_return true;
}

void Exchange::classify(const ResponseHead& head, Try& made) const {
  made.outcome = head.status >= 500 ? Outcome::ServerError : Outcome::Success;
  if (!context_.gate.peersAreSidecars()) return;
  const std::string_view error = head.get(kErrorHeader);
  if (error.empty() || (head.status != 502 && head.status != 503 && head.status != 504)) return;
  made.neverReachedService = error == "no-endpoint" || error == "overload" || error == "unhealthy";
  made.outcome = error == "overload" ? Outcome::Neutral : Outcome::GatewayError;
}

}  // namespace shopkeeper::sidecar
