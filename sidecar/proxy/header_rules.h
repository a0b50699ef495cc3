// How heads are rewritten on their way through (RFC 9110, section 7.6; RFC 9112). Pure.
#pragma once

#include <string>
#include <string_view>

#include "sidecar/proxy/message.h"

namespace shopkeeper::sidecar {

inline constexpr std::string_view kErrorHeader = "X-Shopkeeper-Error";
inline constexpr std::string_view kUpstreamHeader = "X-Shopkeeper-Upstream";
inline constexpr std::string_view kUserHeader = "X-Shopkeeper-User";
inline constexpr std::string_view kPriorityHeader = "X-Shopkeeper-Priority";

// Whether a field belongs to one connection only: the fixed ones, and those `head`'s Connection
// fields list. Content-Length and Transfer-Encoding count as such here: we frame anew.
bool isHopByHop(const MessageHead& head, std::string_view name);

struct RequestEdits {
  std::string_view target;         // origin form
  std::string_view host;           // replaces Host where not empty (absolute-form requests)
  std::string_view clientAddress;  // appended to X-Forwarded-For where not empty
  std::string_view requestId;      // added as X-Request-Id where the request has no usable one
  Framing framing = Framing::None;
  std::uint64_t length = 0;
};
void writeRequestHead(std::string& out, const RequestHead& head, const RequestEdits& edits);

struct ResponseEdits {
  Framing framing = Framing::None;  // with None, an announced length (HEAD, 304) stays
  std::uint64_t length = 0;
  bool close = false;            // "Connection: close"
  bool sayKeepAlive = false;     // "Connection: keep-alive", for HTTP/1.0 clients that asked
  bool stripInternal = false;    // drop X-Shopkeeper-* that the service itself sent
  std::string_view upstreamPod;  // X-Shopkeeper-Upstream, where not empty
};
void writeResponseHead(std::string& out, const ResponseHead& head, const ResponseEdits& edits);

// An answer of our own: JSON body {"error":{"code","message"}}. `errorName` fills
// X-Shopkeeper-Error where not empty. With `headRequest` the body is left out.
void writeOwnAnswer(std::string& out, int status, std::string_view errorName,
                    std::string_view message, bool close, bool headRequest);

}  // namespace shopkeeper::sidecar
