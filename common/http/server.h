// The server behind every port that our programs serve, the sidecar's data plane excepted:
// HTTP/1.1 on Boost.Beast with finite limits, deadlines and an orderly stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/http/message.h"
#include "common/result.h"

namespace shopkeeper::http {

// Called on a worker thread, several at once; may block. Must not throw: what escapes is answered
// with 500 and logged.
using Handler = std::function<Response(const Request&)>;

struct ServerTls {
  std::string certificateChain;  // PEM text
  std::string key;               // PEM text
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free port, see Server::port()
  int workers = 4;         // threads that run handlers
  std::size_t maxConnections = 1024;
  std::size_t maxHeaderBytes = 16u << 10;
  std::size_t maxBodyBytes = 1u << 20;
  std::chrono::milliseconds headerTimeout{10'000};  // from first byte wanted to end of headers
  std::chrono::milliseconds bodyTimeout{30'000};
  std::chrono::milliseconds idleTimeout{75'000};  // keep-alive between two requests
  std::chrono::milliseconds writeTimeout{30'000};
  const ServerTls* tls = nullptr;  // copied at start; null serves plain text
};

// Guarantees: refuses (with 4xx and close) headers or bodies over the limits, Content-Length
// together with Transfer-Encoding, conflicting lengths, requests without Host; a slow client is
// cut at the deadlines; connections over the limit wait in the kernel's backlog.
class Server {
 public:
  // Binds and starts serving. Unavailable where the address cannot be bound.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);

  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;

  // Serves new connections with this certificate; open ones keep theirs.
  virtual Status reloadTls(const ServerTls& tls) = 0;

  // Stops accepting, answers what is in flight with "Connection: close", and returns when all
  // connections ended or `drain` passed, whichever is first. Idempotent.
  virtual void stop(std::chrono::milliseconds drain) = 0;

 protected:
  Server() = default;
};

}  // namespace shopkeeper::http
