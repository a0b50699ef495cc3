#include "sidecar/probe/http_channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>

namespace shopkeeper::sidecar {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using Answer = Result<http::Response>;

Error failureOf(const error_code& error, const char* doing) {
  if (error == beast::error::timeout)
    return Error(ErrorCode::Timeout, std::string(doing) + ": no answer in time");
  if (error == bhttp::error::body_limit) {
    return Error(ErrorCode::TooLarge, std::string(doing) + ": the answer is larger than allowed");
  }
  return Error(ErrorCode::Unavailable, std::string(doing) + ": " + error.message());
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> trustOnly(const std::string& caPem) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code error;
  context->set_verify_mode(asio::ssl::verify_peer, error);
  if (!error) context->add_certificate_authority(asio::buffer(caPem), error);
  ERR_clear_error();
  if (error) {
    return Error(ErrorCode::InvalidArgument,
                 "the CA holds no usable certificate: " + error.message());
  }
  return context;
}

struct HttpChannel::Impl {
  Impl(asio::io_context& io, HostPort server, std::shared_ptr<asio::ssl::context> tls,
       std::string serverName)
      : io(io), server(std::move(server)), tls(std::move(tls)), serverName(std::move(serverName)) {}

  asio::io_context& io;
  const HostPort server;
  const std::shared_ptr<asio::ssl::context> tls;
  const std::string serverName;
  std::optional<PlainStream> plain;
  std::optional<TlsStream> secure;
  beast::flat_buffer buffer;

  bool connected() const { return plain.has_value() || secure.has_value(); }
  PlainStream& lowest() { return secure ? beast::get_lowest_layer(*secure) : *plain; }
  void drop() {
    plain.reset();
    secure.reset();
    buffer.clear();
    buffer.shrink_to_fit();
  }

  asio::awaitable<Status> connect(std::chrono::milliseconds timeout);
  asio::awaitable<Status> handshake(std::chrono::milliseconds timeout);
  template <class AnyStream>
  asio::awaitable<Answer> exchange(AnyStream& stream, const http::Request& request,
                                   std::chrono::milliseconds timeout, std::size_t maxBodyBytes);
  asio::awaitable<Answer> exchange(const http::Request& request, std::chrono::milliseconds timeout,
                                   std::size_t maxBodyBytes);
};

asio::awaitable<Status> HttpChannel::Impl::connect(std::chrono::milliseconds timeout) {
  error_code error;
  std::vector<tcp::endpoint> addresses;
  const auto literal = asio::ip::make_address(server.host, error);
  if (!error) {
    addresses.emplace_back(literal, server.port);
  } else {
    error = {};
    tcp::resolver resolver(io);
    const auto found = co_await resolver.async_resolve(
        server.host, std::to_string(server.port), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return failureOf(error, "looking up the name");
    for (const auto& each : found) addresses.push_back(each.endpoint());
  }
  if (tls != nullptr) {
    secure.emplace(io, *tls);
  } else {
    plain.emplace(io);
  }
  lowest().expires_after(timeout);
  co_await lowest().async_connect(addresses, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return failureOf(error, "connecting");
  error_code ignored;
  lowest().socket().set_option(tcp::no_delay(true), ignored);
  if (tls != nullptr) co_return co_await handshake(timeout);
  co_return ok();
}

asio::awaitable<Status> HttpChannel::Impl::handshake(std::chrono::milliseconds timeout) {
  SSL_set_tlsext_host_name(secure->native_handle(), serverName.c_str());
  secure->set_verify_callback(asio::ssl::host_name_verification(serverName));
  lowest().expires_after(timeout);
  error_code error;
  co_await secure->async_handshake(asio::ssl::stream_base::client,
                                   asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return failureOf(error, "TLS handshake");
  co_return ok();
}

template <class AnyStream>
asio::awaitable<Answer> HttpChannel::Impl::exchange(AnyStream& stream, const http::Request& request,
                                                    std::chrono::milliseconds timeout,
                                                    std::size_t maxBodyBytes) {
  bhttp::request<bhttp::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(11);
  message.set(bhttp::field::host, tls != nullptr ? serverName : server.text());
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.body() = request.body;
  if (!request.body.empty() || request.method == "POST") message.prepare_payload();

  lowest().expires_after(timeout);
  error_code error;
  co_await bhttp::async_write(stream, message, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return failureOf(error, "sending the request");
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(maxBodyBytes);
  co_await bhttp::async_read(stream, buffer, parser,
                             asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return failureOf(error, "reading the answer");

  http::Response answer;
  answer.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    answer.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  const bool keep = parser.get().keep_alive();
  answer.body = std::move(parser.get().body());
  if (!keep) drop();
  co_return answer;
}

asio::awaitable<Answer> HttpChannel::Impl::exchange(const http::Request& request,
                                                    std::chrono::milliseconds timeout,
                                                    std::size_t maxBodyBytes) {
  // No ?: here: g++ 12 destroys a co_await's value in it twice.
  Answer answer = Error(ErrorCode::Internal, "not sent");
  if (secure) {
    answer = co_await exchange(*secure, request, timeout, maxBodyBytes);
  } else {
    answer = co_await exchange(*plain, request, timeout, maxBodyBytes);
  }
  if (!answer) {
    drop();
  } else if (connected()) {
    lowest().expires_never();
  }
  co_return answer;
}

HttpChannel::HttpChannel(asio::io_context& io, HostPort server)
    : impl_(std::make_unique<Impl>(io, std::move(server), nullptr, "")) {}
HttpChannel::HttpChannel(asio::io_context& io, HostPort server,
                         std::shared_ptr<asio::ssl::context> tls, std::string serverName)
    : impl_(std::make_unique<Impl>(io, std::move(server), std::move(tls), std::move(serverName))) {}
HttpChannel::~HttpChannel() = default;

asio::awaitable<Answer> HttpChannel::send(const http::Request& request,
                                          std::chrono::milliseconds timeout,
                                          std::size_t maxBodyBytes) {
  Impl& self = *impl_;
  if (self.connected()) {
    auto answer = co_await self.exchange(request, timeout, maxBodyBytes);
    const bool stale = !answer && answer.error().code() == ErrorCode::Unavailable;
    if (!stale) co_return answer;
  }
  const auto connected = co_await self.connect(timeout);
  if (!connected) {
    self.drop();
    co_return connected.error();
  }
  co_return co_await self.exchange(request, timeout, maxBodyBytes);
}

}  // namespace shopkeeper::sidecar
