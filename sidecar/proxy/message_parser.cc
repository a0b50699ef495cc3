#include "sidecar/proxy/message_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cctype>
#include <limits>
#include <optional>
#include <utility>  // before Boost: g++ 12

#include "common/http/message.h"
#include "sidecar/proxy/header_rules.h"

namespace shopkeeper::sidecar {
namespace {

namespace bhttp = boost::beast::http;
using boost::beast::error_code;

constexpr std::size_t kMaxFields = 100;  // Envoy's default; as many trailer fields again
// Chunk extensions carry nothing for us; a sender of little else (CVE-2023-39326) is refused. Grows
// with each extension, shrinks by twice the payload.
constexpr std::uint64_t kMaxExtensionExcess = 16u << 10;

// Collects the head as views and the body as pieces. The head's bytes belong to the owner.
template <bool isRequest>
class Collector final : public bhttp::basic_parser<isRequest> {
 public:
  using Base = bhttp::basic_parser<isRequest>;
  using Head = std::conditional_t<isRequest, RequestHead, ResponseHead>;

  Collector(Head& head, std::string& trailers, std::uint32_t headerLimit)
      : head_(head), trailers_(trailers) {
    this->header_limit(headerLimit);
    // Not boost::none, which Beast 1.74 compares as smaller than every length. We count ourselves.
    this->body_limit(std::numeric_limits<std::uint64_t>::max());
    this->eager(true);
  }
  void collectInto(std::vector<std::string_view>* pieces) { pieces_ = pieces; }
  bool tooManyFields() const { return tooMany_; }
  bool betweenChunks() const { return this->chunked() && chunkLeft_ == 0; }
  // Where the trailer section begins in the input of the call that completed a chunked body.
  const char* trailersAt() const { return trailersAt_; }

 private:
  void on_request_impl(bhttp::verb, std::string_view method, std::string_view target, int version,
                       error_code&) override {
    if constexpr (isRequest) {
      head_.method = method;
      head_.target = target;
      head_.http11 = version == 11;
    }
  }
  void on_response_impl(int status, std::string_view reason, int version, error_code&) override {
    if constexpr (!isRequest) {
      head_.status = status;
      head_.reason = reason;
      head_.http11 = version == 11;
    }
  }
  void on_field_impl(bhttp::field, std::string_view name, std::string_view value,
                     error_code& error) override {
    if (headDone_) return onTrailer(name, value, error);
    if (head_.fields.size() >= kMaxFields) {
      tooMany_ = true;
      error = bhttp::error::header_limit;
      return;
    }
    head_.fields.push_back({name, value});
  }
  void onTrailer(std::string_view name, std::string_view value, error_code& error) {
    if (++trailerCount_ > kMaxFields) {
      tooMany_ = true;
      error = bhttp::error::header_limit;
    } else if (mayBeTrailer(name)) {
      trailers_.append(name).append(": ").append(value).append("\r\n");
    }
  }
  void on_header_impl(error_code&) override { headDone_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(std::string_view body, error_code&) override {
    if (!body.empty()) pieces_->push_back(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, std::string_view extensions,
                            error_code& error) override {
    extensionExcess_ += extensions.size();
    if (extensionExcess_ > kMaxExtensionExcess) error = bhttp::error::bad_chunk_extension;
    extensionExcess_ -= std::min(extensionExcess_, size > kMaxExtensionExcess ? size : 2 * size);
    chunkLeft_ = size;
    if (size == 0) trailersAt_ = extensions.data() + extensions.size() + 2;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, std::string_view body, error_code&) override {
    chunkLeft_ -= body.size();
    if (!body.empty()) pieces_->push_back(body);
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  Head& head_;
  std::string& trailers_;
  std::size_t trailerCount_ = 0;
  std::uint64_t chunkLeft_ = 0;
  std::uint64_t extensionExcess_ = 0;
  const char* trailersAt_ = nullptr;
  std::vector<std::string_view>* pieces_ = nullptr;
  bool headDone_ = false;
  bool tooMany_ = false;
};

std::string_view reasonFor(const error_code& error) {
  switch (static_cast<bhttp::error>(error.value())) {
    case bhttp::error::bad_method:
      return "the method is malformed";
    case bhttp::error::bad_target:
      return "the request target is malformed";
    case bhttp::error::bad_version:
      return "the HTTP version is malformed or not supported";
    case bhttp::error::bad_status:
      return "the status is malformed";
    case bhttp::error::bad_field:
      return "a header field name is malformed";
    case bhttp::error::bad_value:
      return "a header field value is malformed";
    case bhttp::error::bad_content_length:
      return "Content-Length is malformed or contradicted";
    case bhttp::error::bad_transfer_encoding:
      return "Transfer-Encoding is repeated or contradicts Content-Length";
    case bhttp::error::bad_line_ending:
      return "a line does not end in CR LF";
    case bhttp::error::bad_chunk:
      return "the chunked body is malformed";
    case bhttp::error::bad_chunk_extension:
      return "a chunk extension is malformed or too large";
    case bhttp::error::partial_message:
      return "the connection ended within the message";
    default:
      return "the message is malformed";
  }
}

// Where a head ends (past its empty line), or npos.
std::size_t endOfHead(std::string_view input) {
  const std::size_t end = input.find("\r\n\r\n");
  return end == std::string_view::npos ? end : end + 4;
}

// An obs-fold begins a line with white space; a bare LF is no line ending.
std::string_view flawInLines(std::string_view head) {
  for (std::size_t at = head.find('\n'); at != std::string_view::npos;
       at = head.find('\n', at + 1)) {
    if (at == 0 || head[at - 1] != '\r') return "a line does not end in CR LF";
    if (at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t')) {
      return "a header field is folded over lines";
    }
  }
  return {};
}

// A TLS hello, say, is refused at its first byte and not when the header times out.
bool mayBeginRequest(std::string_view input) {
  if (input.empty() || input == "\r") return true;
  return input.front() > ' ' && input.front() < 127;
}

// RFC 9112, section 3.2: what is no host and port is refused, not forwarded for others to guess at.
bool mayBeHost(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-._~:[]%").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool hasNoBody(const ResponseHead& head, bool headAnswer) {
  return headAnswer || head.status / 100 == 1 || head.status == 204 || head.status == 304;
}

}  // namespace

struct MessageParser::Impl {
  Impl(Kind kind, std::size_t maxHeaderBytes) : kind(kind), maxHeaderBytes(maxHeaderBytes) {}

  const Kind kind;
  const std::size_t maxHeaderBytes;
  std::string raw;  // the head's bytes, which the views point into
  std::size_t searched = 0;
  bool headAnswer = false;
  std::string trailers;
  RequestHead request;
  ResponseHead response;
  std::optional<Collector<true>> requestParser;
  std::optional<Collector<false>> responseParser;

  template <class Fn>
  auto withParser(Fn fn) {
    return kind == Kind::Request ? fn(*requestParser) : fn(*responseParser);
  }
  MessageHead& head() {
    return kind == Kind::Request ? static_cast<MessageHead&>(request) : response;
  }
  void finishHead(ParseError& error);
  void checkRequest(ParseError& error);
};

MessageParser::MessageParser(Kind kind, std::size_t maxHeaderBytes)
    : impl_(std::make_unique<Impl>(kind, maxHeaderBytes)) {
  startMessage();
}
MessageParser::~MessageParser() = default;

const RequestHead& MessageParser::request() const { return impl_->request; }
const ResponseHead& MessageParser::response() const { return impl_->response; }
const std::string& MessageParser::trailers() const { return impl_->trailers; }

void MessageParser::startMessage(bool headAnswer) {
  Impl& self = *impl_;
  self.searched = 0;
  self.headAnswer = headAnswer;
  self.head().fields.clear();
  // Views into the last head, which a malformed next one would leave dangling.
  self.request.method = self.request.target = self.response.reason = {};
  self.trailers.clear();
  const auto limit = static_cast<std::uint32_t>(self.maxHeaderBytes + 4);
  if (self.kind == Kind::Request) {
    self.requestParser.emplace(self.request, self.trailers, limit);
  } else {
    self.responseParser.emplace(self.response, self.trailers, limit);
    self.responseParser->skip(headAnswer);
  }
}

std::size_t MessageParser::parseHead(std::string_view input, ParseError& error) {
  Impl& self = *impl_;
  error = {};
  std::size_t skipped = 0;
  if (self.kind == Kind::Request) {
    while (input.substr(skipped).starts_with("\r\n")) skipped += 2;  // RFC 9112, section 2.2
    input.remove_prefix(skipped);
    if (skipped > 64) {
      error = {400, "too many empty lines before the request"};
      return 0;
    }
    if (!mayBeginRequest(input)) {
      error = {400, "the first byte begins no request line"};
      return 0;
    }
  }
  const std::size_t from = self.searched > 3 ? self.searched - 3 : 0;
  std::size_t end = endOfHead(input.substr(std::min(from, input.size())));
  if (end == std::string_view::npos) {
    if (input.size() > self.maxHeaderBytes) {
      error = {431, "the header is larger than allowed"};
    } else if (const auto flaw = flawInLines(input); !flaw.empty()) {
      error = {400, flaw};  // without this a request that never has CR LF would only time out
    }
    self.searched = skipped == 0 ? input.size() : 0;
    return 0;
  }
  end += std::min(from, input.size());
  if (end > self.maxHeaderBytes) {
    error = {431, "the header is larger than allowed"};
    return 0;
  }
  self.raw.assign(input.substr(0, end));
  if (const auto flaw = flawInLines(self.raw); !flaw.empty()) {
    error = {400, flaw};
    return 0;
  }
  error_code failure;
  const std::size_t used = self.withParser([&](auto& parser) {
    parser.eager(false);  // stops after the head
    const std::size_t taken = parser.put(boost::asio::buffer(self.raw), failure);
    parser.eager(true);
    return taken;
  });
  const bool tooMany = self.withParser([](auto& parser) { return parser.tooManyFields(); });
  if (tooMany) {
    error = {431, "the message has more than 100 header fields"};
  } else if (failure && failure != bhttp::error::need_more) {
    error = {failure == bhttp::error::header_limit ? 431 : 400, reasonFor(failure)};
  } else if (used != end) {
    error = {400, "the head is malformed"};
  } else {
    self.finishHead(error);
  }
  return skipped + end;
}

void MessageParser::Impl::finishHead(ParseError& error) {
  MessageHead& message = head();
  withParser([&](auto& parser) {
    message.keepAlive = parser.keep_alive();
    const auto length = parser.content_length();
    message.length = length ? *length : 0;
    if (kind == Kind::Response && hasNoBody(response, headAnswer)) {
      message.framing = Framing::None;
    } else if (parser.chunked()) {
      message.framing = Framing::Chunked;
    } else if (length) {
      message.framing = Framing::Length;
    } else {
      message.framing = kind == Kind::Response ? Framing::UntilClose : Framing::None;
    }
  });
  // A coding we do not understand hides where the message ends.
  const int codings = message.count("Transfer-Encoding");
  const bool onlyChunked =
      codings == 1 && http::equalsIgnoreCase(message.get("Transfer-Encoding"), "chunked");
  if (codings > 0 && !message.http11) {
    error = {400, "Transfer-Encoding needs HTTP/1.1"};
  } else if (codings > 0 && !onlyChunked) {
    error = {501, "no transfer coding but chunked is supported"};
  } else if (kind == Kind::Request) {
    checkRequest(error);
  } else if (response.status < 100 || response.status > 599) {
    error = {400, "the status is none of 100 to 599"};  // RFC 9110, section 15
  }
}

void MessageParser::Impl::checkRequest(ParseError& error) {
  const int hosts = request.count("Host");
  if (hosts > 1) {
    error = {400, "the Host header is repeated"};
  } else if (request.http11 && hosts == 0) {
    error = {400, "the Host header is missing"};
  } else if (!mayBeHost(request.get("Host"))) {
    error = {400, "the Host header is malformed"};
  } else if (request.method == "CONNECT" || request.method == "TRACE") {
    error = {405, "CONNECT and TRACE are not served"};
  }
  const std::string_view expect = request.get("Expect");
  request.expectContinue = request.http11 && http::equalsIgnoreCase(expect, "100-continue");
  if (!expect.empty() && !http::equalsIgnoreCase(expect, "100-continue") && !error) {
    error = {417, "no expectation but 100-continue is understood"};
  }
}

std::size_t MessageParser::parseBody(std::string_view input, std::vector<std::string_view>& pieces,
                                     ParseError& error) {
  error = {};
  if (done() || input.empty()) return 0;
  // What ends a chunked body has five bytes at least. Beast 1.74 asserts so once it has seen the
  // last chunk's size, and would end the process where that came alone.
  constexpr std::size_t kShortestEnd = 5;
  const bool betweenChunks =
      impl_->withParser([](const auto& parser) { return parser.betweenChunks(); });
  if (betweenChunks && input.size() < kShortestEnd) return 0;
  error_code failure;
  const std::size_t used = impl_->withParser([&](auto& parser) {
    parser.collectInto(&pieces);
    return parser.put(boost::asio::buffer(input.data(), input.size()), failure);
  });
  if (failure == bhttp::error::header_limit) {
    error = {431, "the message has too many trailer fields"};
  } else if (failure && failure != bhttp::error::need_more) {
    error = {400, reasonFor(failure)};
  } else if (done()) {
    const char* const from =
        impl_->withParser([](const auto& parser) { return parser.trailersAt(); });
    if (from == nullptr) return used;  // not chunked
    const std::string_view section(from, static_cast<std::size_t>(input.data() + used - from));
    if (const auto flaw = flawInLines(section); !flaw.empty()) error = {400, flaw};
    if (section.size() > impl_->maxHeaderBytes)
      error = {431, "the trailers are larger than allowed"};
  }
  return used;
}

void MessageParser::endOfInput(ParseError& error) {
  error = {};
  error_code failure;
  impl_->withParser([&](auto& parser) {
    if (!parser.got_some()) {
      failure = bhttp::error::partial_message;
    } else {
      parser.put_eof(failure);
    }
  });
  if (failure) error = {400, reasonFor(failure)};
}

bool MessageParser::done() const {
  return impl_->withParser([](auto& parser) { return parser.is_done(); });
}

}  // namespace shopkeeper::sidecar
