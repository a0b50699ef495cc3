// cpprestsdk's thread pool header needs asio's old name io_service.
#undef BOOST_ASIO_NO_DEPRECATED
#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

#include <boost/asio/ssl/context.hpp>
#include <mutex>

#include "common/http/client.h"
#include "common/http/client_tls.h"
#include "common/http/cpprest_exchange.h"

namespace shopkeeper::http {
namespace {

// Nothing of ours blocks a pool thread, so a few serve any number of watches; the default is 40.
constexpr int kPoolThreads = 4;

// After a server's restart every kept connection is dead, and cpprestsdk repeats only requests
// whose answer it could not read. One that could not be written has done nothing and is repeated
// here.
constexpr int kMaxAttempts = 16;

// Our own deadlines are always shorter; cpprestsdk's must only never come first.
constexpr std::chrono::hours kNever{24};

void initPool() {
  static std::once_flag once;
  std::call_once(once, [] {
    try {
      crossplat::threadpool::initialize_with_threads(kPoolThreads);
    } catch (const std::exception&) {
      // Somebody used cpprestsdk before us: its pool stays as it is.
    }
  });
}

// A line break in a field would let its author add fields and requests of their own.
bool safeField(const Headers::Field& field) {
  return field.first.find_first_of("\r\n:") == std::string::npos &&
         field.second.find_first_of("\r\n") == std::string::npos;
}

Result<web::http::http_request> toCpprest(const Request& request, const std::string& serverName) {
  web::http::http_request out(request.method);
  try {
    out.set_request_uri(web::uri(request.target));
  } catch (const web::uri_exception&) {
    return Error(ErrorCode::InvalidArgument, "malformed request target " + request.target);
  }
  if (!request.body.empty()) out.set_body(request.body, "application/json");
  // cpprestsdk takes the name to verify and to send as SNI from the Host field.
  if (!serverName.empty()) out.headers()["Host"] = serverName;
  std::string last;
  for (const auto& field : request.headers) {
    if (!safeField(field)) {
      return Error(ErrorCode::InvalidArgument,
                   "header " + field.first.substr(0, 64) + " holds a line break");
    }
    // The connection and the body's length are the client's business.
    if (equalsIgnoreCase(field.first, "Connection") ||
        equalsIgnoreCase(field.first, "Content-Length") ||
        equalsIgnoreCase(field.first, "Transfer-Encoding")) {
      continue;
    }
    if (equalsIgnoreCase(field.first, last)) {
      out.headers().add(field.first, field.second);  // repeated fields become one list
    } else {
      out.headers()[field.first] = field.second;
    }
    last = field.first;
  }
  return out;
}

class CpprestClient final : public HttpClient {
 public:
  CpprestClient(const web::uri& base, const web::http::client::http_client_config& config,
                std::string serverName)
      : base_(base.to_string()), serverName_(std::move(serverName)), client_(base, config) {}

  Result<Response> send(const Request& request, const CallOptions& options) override {
    return exchange(request, options, TimeoutScope::Exchange, nullptr);
  }

  Result<Response> stream(const Request& request, const CallOptions& options,
                          const ChunkSink& sink) override {
    return exchange(request, options, TimeoutScope::Chunk, &sink);
  }

 private:
  Result<Response> exchange(const Request& request, const CallOptions& options, TimeoutScope scope,
                            const ChunkSink* sink) {
    const auto begun = std::chrono::steady_clock::now();
    CallOptions left = options;
    for (int attempt = 1;; ++attempt) {
      auto message = toCpprest(request, serverName_);
      if (!message) return message.error();
      const auto exchange = std::make_shared<CpprestExchange>(left, scope, sink);
      auto response = exchange->run(client_, *std::move(message));
      if (response) return response;
      const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - begun);
      if (!exchange->notSent() || attempt == kMaxAttempts || spent >= options.timeout) {
        return explained(request, response.error());
      }
      if (scope == TimeoutScope::Exchange) left.timeout = options.timeout - spent;
    }
  }

  Error explained(const Request& request, const Error& error) const {
    // Without the query: it may hold what does not belong into a log.
    std::string base = base_;
    if (base.ends_with('/')) base.pop_back();
    return error.within(request.method + " " + base + std::string(request.path()));
  }

  const std::string base_;
  const std::string serverName_;
  web::http::client::http_client client_;
};

}  // namespace

Result<std::unique_ptr<HttpClient>> makeCpprestClient(const std::string& baseUrl,
                                                      const ClientTls& tls) {
  web::uri base;
  try {
    base = web::uri(baseUrl);
  } catch (const web::uri_exception&) {
    return Error(ErrorCode::InvalidArgument, "malformed URL \"" + baseUrl + "\"");
  }
  if ((base.scheme() != "http" && base.scheme() != "https") || base.host().empty()) {
    return Error(ErrorCode::InvalidArgument,
                 "URL \"" + baseUrl + "\" must begin with http:// or https:// and name a host");
  }
  if (base.host().front() == '[') {
    return Error(ErrorCode::InvalidArgument,
                 "URL \"" + baseUrl +
                     "\" holds an IPv6 address, which the HTTP client cannot "
                     "resolve; use a host name instead");
  }
  initPool();
  web::http::client::http_client_config config;
  config.set_timeout(std::chrono::duration_cast<std::chrono::seconds>(kNever));
  config.set_max_redirects(0);  // a redirect must not carry a token elsewhere
  if (base.scheme() == "https") {
    auto material = ClientTlsMaterial::load(tls);
    if (!material) return material.error();
    config.set_validate_certificates(!tls.skipVerify);
    config.set_ssl_context_callback([material = *material](boost::asio::ssl::context& context) {
      material->apply(context.native_handle());
    });
  }
  try {
    return std::make_unique<CpprestClient>(base, config, tls.serverName);
  } catch (const std::exception& e) {
    return Error(ErrorCode::InvalidArgument, "URL \"" + baseUrl + "\": " + e.what());
  }
}

}  // namespace shopkeeper::http
