// The client side of HTTP, as an interface: production uses cpprestsdk, tests a scripted double.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/http/message.h"
#include "common/result.h"

namespace shopkeeper::http {

struct CallOptions {
  // Whole exchange for send(); longest silence between two chunks for stream().
  std::chrono::milliseconds timeout{10'000};
  std::stop_token stop;
  // send() only: a larger body is refused with TooLarge.
  std::size_t maxBodyBytes = 64u << 20;
  // stream() only: called once, before the first piece, when a 2xx answer begins.
  std::function<void()> onOpen;
};

// Returns false to end the stream early.
using ChunkSink = std::function<bool(std::string_view chunk)>;

// One client talks to one base URL and keeps its connections. Thread-safe.
//
// Errors: Unavailable (cannot connect, connection lost), Timeout, Cancelled (stop requested),
// TooLarge. A response with any status, 5xx included, is not an error here.
//
// Caveat: an implementation may re-send a request when a pooled connection turns out dead, POST
// included; creates must therefore be idempotent (deterministic names).
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  virtual Result<Response> send(const Request& request, const CallOptions& options) = 0;

  // Delivers the body in pieces as they arrive, on a thread of the client's; returns when the body
  // ended, the sink said stop, or something failed. With a non-2xx status the body is returned in
  // the Response instead and the sink is never called.
  virtual Result<Response> stream(const Request& request, const CallOptions& options,
                                  const ChunkSink& sink) = 0;
};

// Trust and identity for https base URLs. Empty `ca` trusts the system's store; otherwise only
// `ca` (PEM) is trusted. All values are PEM text, not paths. TLS 1.2 at least.
struct ClientTls {
  std::string ca;
  std::string certificate;
  std::string key;
  bool skipVerify = false;
  std::string serverName;  // verified instead of the host of the URL where set
};

// A cpprestsdk client for `baseUrl` ("https://10.96.0.1:443"). InvalidArgument for a malformed URL
// or PEM. Sizes cpprestsdk's process-wide thread pool to a few threads on first use.
Result<std::unique_ptr<HttpClient>> makeCpprestClient(const std::string& baseUrl,
                                                      const ClientTls& tls = {});

}  // namespace shopkeeper::http
