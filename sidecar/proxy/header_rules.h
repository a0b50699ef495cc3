// How heads are rewritten on their way through (RFC 9110, section 7.6; RFC 9112). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/proxy/message.h"

namespace shopkeeper::sidecar {

inline constexpr std::string_view kErrorHeader = "X-Shopkeeper-Error";
inline constexpr std::string_view kUpstreamHeader = "X-Shopkeeper-Upstream";
inline constexpr std::string_view kStaleHeader = "X-Shopkeeper-Stale";
inline constexpr std::string_view kUserHeader = "X-Shopkeeper-User";
inline constexpr std::string_view kPriorityHeader = "X-Shopkeeper-Priority";
inline constexpr std::string_view kDeadlineHeader = "X-Shopkeeper-Deadline-Ms";
// "1": the caller's sidecar knows no other endpoint that is well. Of each try, never passed on.
inline constexpr std::string_view kLastResortHeader = "X-Shopkeeper-Last-Resort";

// The time the caller has left, out of X-Shopkeeper-Deadline-Ms; the shortest where there are
// several. None where there is no such field, or no whole number in it.
std::optional<std::chrono::milliseconds> callersTime(const MessageHead& head);

// Whether a field belongs to one connection only: the fixed ones, and those `head`'s Connection
// fields list. Content-Length and Transfer-Encoding count as such here: we frame anew.
bool isHopByHop(const MessageHead& head, std::string_view name);

// Whether a trailer field may be passed on: not what frames, routes, authenticates, or changes how
// the message is processed (RFC 9110, section 6.5.1), nor what belongs to one connection or to us.
bool mayBeTrailer(std::string_view name);

// The client said, and for this connection, that it takes trailer fields (RFC 9110, 10.1.4).
bool acceptsTrailers(const RequestHead& head);

// The only protocol that connections may be upgraded to. h2c would pass the gate by.
inline constexpr std::string_view kUpgradeProtocol = "websocket";
bool asksForUpgrade(const RequestHead& head);
// The answer switches to that protocol (status 101, RFC 9110, section 7.8).
bool grantsUpgrade(const ResponseHead& head);

struct RequestEdits {
  std::string_view target;          // origin form
  std::string_view host;            // replaces Host where not empty (absolute-form requests)
  std::string_view clientAddress;   // appended to X-Forwarded-For where not empty
  std::string_view requestId;       // added as X-Request-Id where the request has no usable one
  Framing framing = Framing::None;  // with Chunked the Trailer field stays
  std::uint64_t length = 0;
  bool acceptTrailers = false;  // "TE: trailers"
  bool upgrade = false;         // "Upgrade: websocket"
};
// Without what endRequestHead adds, since it differs from try to try: the time left, whether this
// is the last resort, and the empty line.
void writeRequestHead(std::string& out, const RequestHead& head, const RequestEdits& edits);
void endRequestHead(std::string& out, std::chrono::milliseconds timeLeft, bool lastResort);

struct ResponseEdits {
  Framing framing = Framing::None;  // with None, an announced length (HEAD, 304) stays
  std::uint64_t length = 0;
  bool close = false;            // "Connection: close"
  bool sayKeepAlive = false;     // "Connection: keep-alive", for HTTP/1.0 clients that asked
  bool trailers = false;         // the client takes them: the Trailer field stays
  bool upgrade = false;          // "Upgrade: websocket", with status 101
  bool stripInternal = false;    // drop X-Shopkeeper-* that the service itself sent
  std::string_view upstreamPod;  // X-Shopkeeper-Upstream, where not empty
};
void writeResponseHead(std::string& out, const ResponseHead& head, const ResponseEdits& edits);

// An answer of our own: JSON body {"error":{"code","message"}}. `errorName` fills
// X-Shopkeeper-Error where not empty. With `headRequest` the body is left out.
void writeOwnAnswer(std::string& out, int status, std::string_view errorName,
                    std::string_view message, bool close, bool headRequest);

}  // namespace shopkeeper::sidecar
