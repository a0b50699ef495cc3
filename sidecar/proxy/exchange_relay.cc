// The way back: head and body of the answer to the client.
#include "common/http/message.h"
#include "sidecar/proxy/exchange.h"
#include "sidecar/proxy/tunnel.h"

namespace shopkeeper::sidecar {
namespace {

Framing framingTowards(const RequestHead& request, const ResponseHead& answer) {
  switch (answer.framing) {
    case Framing::None:
    case Framing::Length:
      return answer.framing;
    case Framing::Chunked:
    case Framing::UntilClose:
      break;
  }
  return request.http11 ? Framing::Chunked : Framing::UntilClose;
}

struct Corrupted {
  std::string bytes;
  std::vector<std::string_view> pieces;
};

// Other bytes of the same number: letters change their case, digits their value, so that text stays
// text and only its meaning is wrong.
void corruptPieces(const std::vector<std::string_view>& pieces, Corrupted& out) {
  out.bytes.clear();
  for (const std::string_view piece : pieces) out.bytes.append(piece);
  for (char& c : out.bytes) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
    if (c >= '0' && c <= '9') c = static_cast<char>('0' + ('9' - c));
  }
  out.pieces.assign(1, out.bytes);
}

}  // namespace

Task<bool> Exchange::writeToClient(std::span<const asio::const_buffer> buffers) {
  client_.stream.limitWrite(context_.limits.stallTimeout);
  error_code error;
  writing_ = true;
  co_await client_.stream.write(buffers, error);
  writing_ = false;
  client_.stream.liftWrite();
  if (!error) co_return true;
  if (error == asio::error::timed_out) context_.stats.timedOut.add();
  client_.stream.close();
  co_return false;
}

Task<bool> Exchange::relayAnswer(Outcome& outcome, const EndpointId& endpoint) {
  const ResponseHead& answer = connection_->parser.response();
  if (answer.status == 101) co_return co_await relayUpgrade(outcome, endpoint);
  const Framing framing = framingTowards(head_, answer);
  bool keep = head_.keepAlive && framing != Framing::UntilClose && !context_.draining &&
              (upload_.complete() || upload_.running());
  ResponseEdits edits;
  edits.framing = framing;
  edits.length = answer.length;
  edits.close = !keep;
  edits.sayKeepAlive = !head_.http11;
  edits.trailers = acceptsTrailers(head_);
  edits.stripInternal = !context_.gate.peersAreSidecars();
  if (context_.gate.peersAreSidecars()) edits.upstreamPod = endpoint.pod;
  std::string head;
  head.reserve(512);
  writeResponseHead(head, answer, edits);

  status_ = answer.status;
  const bool complete = co_await relayBody(framing, head, outcome);
  if (complete) keepAnswer(answer);
  sendMirror(answer.status, complete);
  // The answer is out but the client still sends: nobody wants the rest.
  const bool uploadCut = upload_.running() || !upload_.complete();
  if (upload_.running()) co_await upload_.stop();
  const bool reusable = complete && answer.keepAlive && !uploadCut && connection_->parser.done() &&
                        connection_->input.empty();
  if (reusable) context_.pool.put(std::move(connection_));
  connection_.reset();
  co_return complete&& keep && !uploadCut;
}

// Events may be far apart; other bodies are on their way without a pause.
std::chrono::milliseconds Exchange::stallLimit(const ResponseHead& answer) const {
  constexpr std::string_view kEvents = "text/event-stream";
  if (answer.framing != Framing::Chunked && answer.framing != Framing::UntilClose) {
    return context_.limits.stallTimeout;
  }
  const std::string_view type = answer.get("Content-Type").substr(0, kEvents.size());
  return http::equalsIgnoreCase(type, kEvents) ? context_.limits.streamIdleTimeout
                                               : context_.limits.stallTimeout;
}

// From the 101 on the connection belongs to the two ends (RFC 9110, section 7.8).
Task<bool> Exchange::relayUpgrade(Outcome& outcome, const EndpointId& endpoint) {
  ResponseEdits edits;
  edits.upgrade = true;
  edits.stripInternal = !context_.gate.peersAreSidecars();
  if (context_.gate.peersAreSidecars()) edits.upstreamPod = endpoint.pod;
  std::string head;
  writeResponseHead(head, connection_->parser.response(), edits);
  status_ = 101;
  const asio::const_buffer buffer = asio::buffer(head);
  const bool written = co_await writeToClient({&buffer, 1});
  if (!written) co_return false;
  const TunnelLimits limits{context_.limits.streamIdleTimeout, context_.limits.stallTimeout};
  Tunnel tunnel(context_.io, context_.wheel, {client_.stream, client_.input},
                {connection_->stream, connection_->input}, limits, context_.stats);
  const TunnelEnd end = co_await tunnel.run();
  if (end == TunnelEnd::EndpointFailed && !abandoned_) outcome = Outcome::Reset;
  connection_.reset();
  co_return false;
}

Task<bool> Exchange::relayBody(Framing framing, std::string& head, Outcome& outcome) {
  Stream& stream = connection_->stream;
  if (!upload_.running()) stream.liftWrite();
  BodyReader body(stream, connection_->input, connection_->parser);
  std::vector<asio::const_buffer> out;
  std::string scratch;
  Corrupted corrupted;
  const std::chrono::milliseconds stall = stallLimit(connection_->parser.response());
  const bool trailers = framing == Framing::Chunked && acceptsTrailers(head_);
  upload_.streamOn(stall);
  BodyReader::Got got = body.buffered();
  for (bool first = true;; first = false) {
    if (!first) {
      stream.limitRead(stall);
      got = co_await body.next();
    }
    if (got == BodyReader::Got::IoError || got == BodyReader::Got::Malformed) {
      // Too late for another status: the client must see that the answer is cut off.
      if (abandoned_ || upload_.failure().status != 0) {
        outcome = Outcome::Neutral;  // the client's fault
      } else {
        outcome = body.ioError() == asio::error::timed_out ? Outcome::Timeout : Outcome::Reset;
      }
      client_.stream.reset();
      co_return false;
    }
    const bool last = body.done();
    orders_.capture.add(body.pieces());
    out.clear();
    if (first) out.push_back(asio::buffer(head));
    if (orders_.corrupt) corruptPieces(body.pieces(), corrupted);
    frameBody(out, orders_.corrupt ? corrupted.pieces : body.pieces(), framing, last, scratch,
              trailers ? body.trailers() : std::string_view());
    for (const std::string_view piece : body.pieces()) context_.stats.bytesOut.add(piece.size());
    bool written = true;
    if (!out.empty()) written = co_await writeToClient(out);
    if (!written) co_return false;
    if (last) co_return true;
  }
}

}  // namespace shopkeeper::sidecar
