// A small HTTP client for the sidecar's own calls: probes, checks, heartbeats.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>  // before Asio: g++ 12

#include "common/http/message.h"
#include "common/result.h"
#include "sidecar/agent/host_port.h"

namespace shopkeeper::sidecar {

// A TLS context that trusts only `caPem`. InvalidArgument where it holds no certificate.
Result<std::shared_ptr<boost::asio::ssl::context>> trustOnly(const std::string& caPem);

// One connection to one server, kept between calls. One call at a time; lives on its io_context's
// thread. A request on a kept connection that turns out dead is sent again once on a new one, so
// requests must be idempotent.
class HttpChannel {
 public:
  // Plain HTTP.
  HttpChannel(boost::asio::io_context& io, HostPort server);
  // TLS: the certificate must be for `serverName`, whatever the address.
  HttpChannel(boost::asio::io_context& io, HostPort server,
              std::shared_ptr<boost::asio::ssl::context> tls, std::string serverName);
  ~HttpChannel();

  // Errors: Unavailable (no connection, TLS refused, broken), Timeout, TooLarge. Any status is an
  // answer. `timeout` covers each of name lookup + connect, and exchange.
  boost::asio::awaitable<Result<http::Response>> send(const http::Request& request,
                                                      std::chrono::milliseconds timeout,
                                                      std::size_t maxBodyBytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shopkeeper::sidecar
