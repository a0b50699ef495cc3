#include "sidecar/proxy/header_rules.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/http/message.h"

namespace shopkeeper::sidecar {
namespace {

using http::equalsIgnoreCase;

constexpr std::array<std::string_view, 9> kConnectionFields{
    "Connection",     "Keep-Alive",        "Proxy-Connection", "TE", "Trailer", "Upgrade",
    "Content-Length", "Transfer-Encoding", "HTTP2-Settings"};
constexpr std::string_view kInternalPrefix = "X-Shopkeeper-";
constexpr std::size_t kMaxRequestId = 128;

void field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void frame(std::string& out, Framing framing, std::uint64_t length) {
  if (framing == Framing::Length) field(out, "Content-Length", std::to_string(length));
  if (framing == Framing::Chunked) field(out, "Transfer-Encoding", "chunked");
}

bool hasPrefix(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && equalsIgnoreCase(name.substr(0, prefix.size()), prefix);
}

constexpr std::array<std::string_view, 38> kNoTrailers{"Transfer-Encoding",
                                                       "Content-Length",
                                                       "Host",
                                                       "Connection",
                                                       "Keep-Alive",
                                                       "Proxy-Connection",
                                                       "TE",
                                                       "Trailer",
                                                       "Upgrade",
                                                       "HTTP2-Settings",
                                                       "Cache-Control",
                                                       "Expect",
                                                       "Max-Forwards",
                                                       "Pragma",
                                                       "Range",
                                                       "If-Match",
                                                       "If-None-Match",
                                                       "If-Modified-Since",
                                                       "If-Unmodified-Since",
                                                       "If-Range",
                                                       "Authorization",
                                                       "Cookie",
                                                       "Set-Cookie",
                                                       "WWW-Authenticate",
                                                       "Age",
                                                       "Expires",
                                                       "Date",
                                                       "Location",
                                                       "Retry-After",
                                                       "Vary",
                                                       "Warning",
                                                       "Content-Encoding",
                                                       "Content-Type",
                                                       "Content-Range",
                                                       "Forwarded",
                                                       "X-Request-Id",
                                                       "Via",
                                                       "Allow"};

bool isConnectionField(std::string_view name) {
  return std::any_of(kConnectionFields.begin(), kConnectionFields.end(),
                     [&](std::string_view fixed) { return equalsIgnoreCase(name, fixed); });
}

// In the Connection fields of the head.
bool isListed(const MessageHead& head, std::string_view name) {
  return head.hasToken("Connection", name) && !equalsIgnoreCase(name, "Host");
}

// isHopByHop for all fields of a head: looks for Connection fields once.
class HopByHop {
 public:
  explicit HopByHop(const MessageHead& head) : head_(head), lists_(head.count("Connection") > 0) {}
  bool operator()(std::string_view name) const {
    return isConnectionField(name) || (lists_ && isListed(head_, name));
  }

 private:
  const MessageHead& head_;
  const bool lists_;
};

// Written to the connection whatever came in: one Connection field for all that belongs to it.
void connection(std::string& out, bool acceptTrailers, bool upgrade) {
  if (acceptTrailers) field(out, "TE", "trailers");
  if (upgrade) field(out, "Upgrade", kUpgradeProtocol);
  if (!acceptTrailers && !upgrade) return;
  field(out, "Connection", upgrade ? (acceptTrailers ? "TE, upgrade" : "upgrade") : "TE");
}

std::string_view codeName(int status) {
  switch (status) {
    case 400:
    case 405:
    case 417:
    case 421:
    case 431:
      return "InvalidArgument";
    case 403:
      return "PermissionDenied";
    case 404:
      return "NotFound";
    case 408:
    case 504:
      return "Timeout";
    case 413:
      return "TooLarge";
    case 501:
      return "NotImplemented";
    default:
      return "Unavailable";
  }
}

}  // namespace

bool isHopByHop(const MessageHead& head, std::string_view name) {
  return isConnectionField(name) || isListed(head, name);
}

bool mayBeTrailer(std::string_view name) {
  if (hasPrefix(name, kInternalPrefix) || hasPrefix(name, "X-Forwarded-") ||
      hasPrefix(name, "Proxy-") || hasPrefix(name, "Access-Control-")) {
    return false;
  }
  return std::none_of(kNoTrailers.begin(), kNoTrailers.end(), [&](std::string_view forbidden) {
    return equalsIgnoreCase(name, forbidden);
  });
}

bool acceptsTrailers(const RequestHead& head) {
  return head.http11 && !head.get("TE").empty() && head.hasToken("TE", "trailers") &&
         head.hasToken("Connection", "TE");
}

bool asksForUpgrade(const RequestHead& head) {
  return equalsIgnoreCase(head.get("Upgrade"), kUpgradeProtocol) && head.http11 &&
         head.method == "GET" && head.framing == Framing::None && head.count("Upgrade") == 1 &&
         head.hasToken("Connection", "upgrade");
}

bool grantsUpgrade(const ResponseHead& head) {
  return head.status == 101 && head.count("Upgrade") == 1 &&
         equalsIgnoreCase(head.get("Upgrade"), kUpgradeProtocol) &&
         head.hasToken("Connection", "upgrade");
}

std::optional<std::chrono::milliseconds> callersTime(const MessageHead& head) {
  std::optional<std::chrono::milliseconds> shortest;
  for (const Field& each : head.fields) {
    if (!equalsIgnoreCase(each.name, kDeadlineHeader)) continue;
    std::int64_t value = 0;
    const char* const end = each.value.data() + each.value.size();
    const auto [stop, error] = std::from_chars(each.value.data(), end, value);
    // More than a day is no deadline; it must not overflow a clock either.
    if (error != std::errc() || stop != end || value < 0 || value > 86'400'000) continue;
    const std::chrono::milliseconds left(value);
    shortest = shortest ? std::min(*shortest, left) : left;
  }
  return shortest;
}

void writeRequestHead(std::string& out, const RequestHead& head, const RequestEdits& edits) {
  out.append(head.method).append(" ").append(edits.target).append(" HTTP/1.1\r\n");
  field(out, "Host", edits.host.empty() ? head.get("Host") : edits.host);
  bool hasId = false;
  std::string forwardedFor;
  const HopByHop hopByHop(head);
  for (const Field& each : head.fields) {
    const bool announcedTrailers =
        edits.framing == Framing::Chunked && equalsIgnoreCase(each.name, "Trailer");
    if (equalsIgnoreCase(each.name, "Host") || equalsIgnoreCase(each.name, kDeadlineHeader) ||
        equalsIgnoreCase(each.name, kLastResortHeader) ||
        (hopByHop(each.name) && !announcedTrailers)) {
      continue;
    }
    if (equalsIgnoreCase(each.name, "X-Request-Id")) {
      if (hasId || each.value.empty() || each.value.size() > kMaxRequestId) continue;
      hasId = true;
    } else if (!edits.clientAddress.empty() && equalsIgnoreCase(each.name, "X-Forwarded-For")) {
      forwardedFor.append(each.value).append(", ");
      continue;
    }
    field(out, each.name, each.value);
  }
  if (!hasId) field(out, "X-Request-Id", edits.requestId);
  if (!edits.clientAddress.empty()) {
    field(out, "X-Forwarded-For", forwardedFor.append(edits.clientAddress));
  }
  frame(out, edits.framing, edits.length);
  connection(out, edits.acceptTrailers, edits.upgrade);
}

void endRequestHead(std::string& out, std::chrono::milliseconds timeLeft, bool lastResort) {
  field(out, kDeadlineHeader, std::to_string(std::max<std::int64_t>(timeLeft.count(), 0)));
  if (lastResort) field(out, kLastResortHeader, "1");
  out.append("\r\n");
}

void writeResponseHead(std::string& out, const ResponseHead& head, const ResponseEdits& edits) {
  out.append("HTTP/1.1 ").append(std::to_string(head.status)).append(" ");
  out.append(head.reason).append("\r\n");
  const HopByHop hopByHop(head);
  for (const Field& each : head.fields) {
    const bool announcedLength = edits.framing == Framing::None && head.status != 204 &&
                                 head.status / 100 != 1 &&
                                 equalsIgnoreCase(each.name, "Content-Length");
    const bool announcedTrailers = edits.trailers && edits.framing == Framing::Chunked &&
                                   equalsIgnoreCase(each.name, "Trailer");
    if (hopByHop(each.name) && !announcedLength && !announcedTrailers) continue;
    if (edits.stripInternal && hasPrefix(each.name, kInternalPrefix)) continue;
    if (!edits.upstreamPod.empty() && equalsIgnoreCase(each.name, kUpstreamHeader)) continue;
    field(out, each.name, each.value);
  }
  if (!edits.upstreamPod.empty()) field(out, kUpstreamHeader, edits.upstreamPod);
  frame(out, edits.framing, edits.length);
  if (edits.upgrade) connection(out, /*acceptTrailers=*/false, /*upgrade=*/true);
  if (edits.close) field(out, "Connection", "close");
  if (!edits.close && edits.sayKeepAlive) field(out, "Connection", "keep-alive");
  out.append("\r\n");
}

void writeOwnAnswer(std::string& out, int status, std::string_view errorName,
                    std::string_view message, bool close, bool headRequest) {
  std::string body = R"({"error":{"code":")";
  body.append(codeName(status)).append(R"(","message":")");
  for (const char c : message) {
    if (c == '"' || c == '\\') body += '\\';
    body += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  body.append("\"}}\n");
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  out.append(http::reasonPhrase(status)).append("\r\n");
  field(out, "Content-Type", "application/json");
  if (!errorName.empty()) field(out, kErrorHeader, errorName);
  if (status == 405) field(out, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  field(out, "Content-Length", std::to_string(body.size()));
  if (close) field(out, "Connection", "close");
  out.append("\r\n");
  if (!headRequest) out.append(body);
}

}  // namespace shopkeeper::sidecar
