#include "common/http/server.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>  // before Asio: its coroutine support needs it under g++ 12

#include "common/http/server_tls.h"
#include "common/log.h"

namespace shopkeeper::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using BeastRequest = bhttp::request_parser<bhttp::string_body>;
using BeastResponse = bhttp::response<bhttp::string_body>;

// Runs `work` on the pool and completes on the handler's own executor with what it returned.
template <class Work, class Token>
auto runOn(asio::thread_pool& pool, Work work, Token&& token) {
  return asio::async_initiate<Token, void(Response)>(
      [&pool](auto handler, Work job) {
        asio::post(pool, [handler = std::move(handler), job = std::move(job)]() mutable {
          Response response = job();
          auto executor = asio::get_associated_executor(handler);
          asio::post(executor,
                     [handler = std::move(handler), response = std::move(response)]() mutable {
                       handler(std::move(response));
                     });
        });
      },
      token, std::move(work));
}

Response failure(int status, const char* message) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body =
      std::string(R"({"error":{"code":"InvalidArgument","message":")") + message + "\"}}";
  return response;
}

// What the client should hear when its request cannot be read; 0 where it is simply gone.
int statusFor(const beast::error_code& error) {
  if (error == bhttp::error::header_limit) return 431;
  if (error == bhttp::error::body_limit) return 413;
  if (error == beast::error::timeout || error == bhttp::error::end_of_stream) return 0;
  return error.category() == bhttp::make_error_code(bhttp::error::bad_method).category() ? 400 : 0;
}

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, Handler handler)
      : options_(options),
        handler_(std::move(handler)),
        acceptor_(io_),
        acceptGate_(io_),
        pool_(static_cast<std::size_t>(std::max(1, options.workers))),
        work_(asio::make_work_guard(io_)) {
    options_.tls = nullptr;  // the caller's pointer is only good during start()
  }

  ~BeastServer() override {
    stop(std::chrono::milliseconds(0));
    work_.reset();
    io_.stop();
    if (thread_.joinable()) thread_.join();
    pool_.join();
  }

  Status listen(const ServerTls* tls) {
    if (tls != nullptr) {
      auto context = makeServerContext(*tls);
      if (!context) return context.error();
      tls_ = *context;
    }
    beast::error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) {
      return Error(ErrorCode::InvalidArgument,
                   "listen address \"" + options_.address + "\" is not an IP address");
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return Error(ErrorCode::Unavailable, "cannot listen on " + options_.address + ":" +
                                               std::to_string(options_.port) + ": " +
                                               error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_, acceptLoop(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
    return ok();
  }

  std::uint16_t port() const override { return port_; }

  Status reloadTls(const ServerTls& tls) override {
    auto context = makeServerContext(tls);
    if (!context) return context.error();
    std::lock_guard lock(tlsMutex_);
    tls_ = *context;
    return ok();
  }

  void stop(std::chrono::milliseconds drain) override {
    if (!thread_.joinable()) return;
    const auto deadline = std::chrono::steady_clock::now() + drain;
    onIoThread([this] {
      stopping_ = true;
      beast::error_code ignored;
      acceptor_.close(ignored);
      for (auto* connection : connections_) {
        if (connection->idle) connection->close();
      }
    });
    std::unique_lock lock(emptyMutex_);
    if (!empty_.wait_until(lock, deadline, [this] { return open_ == 0; })) {
      lock.unlock();
      onIoThread([this] {
        for (auto* connection : connections_) connection->close();
      });
      lock.lock();
      // Handlers that still run finish into a closed connection; they are joined by ~BeastServer.
      empty_.wait_for(lock, std::chrono::seconds(1), [this] { return open_ == 0; });
    }
  }

 private:
  // Touched on the I/O thread only.
  struct Connection {
    tcp::socket* socket = nullptr;
    bool idle = true;  // no byte of a request read yet
    void close() {
      beast::error_code ignored;
      if (socket != nullptr) socket->close(ignored);
    }
  };

  template <class Fn>
  void onIoThread(Fn fn) {
    std::promise<void> done;
    asio::post(io_, [&] {
      fn();
      done.set_value();
    });
    done.get_future().wait();
  }

  asio::awaitable<void> acceptLoop() {
    while (!stopping_) {
      if (connections_.size() >= options_.maxConnections) {
        // Wait for a connection to end; the kernel's backlog holds the rest.
        beast::error_code woken;
        acceptGate_.expires_after(std::chrono::seconds(1));
        co_await acceptGate_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        continue;
      }
      beast::error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (stopping_) co_return;
      if (error) {
        // Out of descriptors or a peer that vanished: breathe, then go on.
        log::warn("accept failed", {{"error.message", error.message()}});
        acceptGate_.expires_after(std::chrono::milliseconds(100));
        beast::error_code woken;
        co_await acceptGate_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        continue;
      }
      socket.set_option(tcp::no_delay(true), error);
      {
        std::lock_guard lock(emptyMutex_);
        ++open_;
      }
      asio::co_spawn(io_, connectionMain(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> connectionMain(tcp::socket socket) {
    Connection connection;
    connections_.insert(&connection);
    try {
      co_await serveSocket(std::move(socket), connection);
    } catch (const std::exception& unexpected) {
      log::warn("connection ended by an error", {{"error.message", unexpected.what()}});
    }
    connections_.erase(&connection);
    acceptGate_.cancel();
    std::lock_guard lock(emptyMutex_);
    if (--open_ == 0) empty_.notify_all();
  }

  asio::awaitable<void> serveSocket(tcp::socket socket, Connection& connection) {
    beast::error_code error;
    const auto remote = socket.remote_endpoint(error);
    const std::string peer =
        error ? "" : remote.address().to_string() + ":" + std::to_string(remote.port());
    std::shared_ptr<asio::ssl::context> tls;
    {
      std::lock_guard lock(tlsMutex_);
      tls = tls_;
    }
    if (tls == nullptr) {
      PlainStream stream(std::move(socket));
      connection.socket = &stream.socket();
      co_await serveRequests(stream, connection, peer);
      stream.socket().shutdown(tcp::socket::shutdown_send, error);
    } else {
      TlsStream stream(std::move(socket), *tls);
      connection.socket = &beast::get_lowest_layer(stream).socket();
      beast::get_lowest_layer(stream).expires_after(options_.headerTimeout);
      co_await stream.async_handshake(asio::ssl::stream_base::server,
                                      asio::redirect_error(asio::use_awaitable, error));
      if (!error) {
        co_await serveRequests(stream, connection, peer);
        beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(2));
        co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
      }
    }
    connection.socket = nullptr;
  }

  template <class Stream>
  asio::awaitable<void> serveRequests(Stream& stream, Connection& connection,
                                      const std::string& peer) {
    beast::flat_buffer buffer;
    while (!stopping_) {
      connection.idle = buffer.size() == 0;
      BeastRequest parser;
      parser.header_limit(static_cast<std::uint32_t>(options_.maxHeaderBytes));
      parser.body_limit(options_.maxBodyBytes);
      beast::error_code error;
      co_await readRequest(stream, connection, buffer, parser, error);
      Response response;
      bool keepAlive = false;
      const bool head = parser.is_header_done() && parser.get().method() == bhttp::verb::head;
      if (error) {
        const int status = statusFor(error);
        if (status == 0) co_return;
        response = failure(status, error.message().c_str());
      } else if (parser.get().version() == 11 &&
                 parser.get().find(bhttp::field::host) == parser.get().end()) {
        response = failure(400, "the Host header is missing");
      } else {
        keepAlive = parser.get().keep_alive();
        Request request = toRequest(parser.release(), peer);
        // Named, not a temporary of the co_await expression: g++ 12 destroys those twice.
        auto work = [this, request = std::move(request)] { return guarded(request); };
        response = co_await runOn(pool_, std::move(work), asio::use_awaitable);
      }
      keepAlive = keepAlive && !stopping_;
      co_await writeResponse(stream, response, head, keepAlive, error);
      if (error || !keepAlive) co_return;
    }
  }

  template <class Stream>
  asio::awaitable<void> readRequest(Stream& stream, Connection& connection,
                                    beast::flat_buffer& buffer, BeastRequest& parser,
                                    beast::error_code& error) {
    auto& lowest = beast::get_lowest_layer(stream);
    if (connection.idle) {
      // Beast reads on inside one operation until a header is whole; reading the first bytes here
      // tells a client between two requests from one that is slow with its header.
      lowest.expires_after(options_.idleTimeout);
      const std::size_t got = co_await stream.async_read_some(
          buffer.prepare(4096), asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      buffer.commit(got);
      connection.idle = false;
    }
    lowest.expires_after(options_.headerTimeout);
    co_await bhttp::async_read_header(stream, buffer, parser,
                                      asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    if (parser.is_done()) co_return;
    lowest.expires_after(options_.bodyTimeout);
    if (beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
      bhttp::response<bhttp::empty_body> goOn(bhttp::status::continue_, 11);
      co_await bhttp::async_write(stream, goOn, asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
    }
    co_await bhttp::async_read(stream, buffer, parser,
                               asio::redirect_error(asio::use_awaitable, error));
  }

  template <class Stream>
  asio::awaitable<void> writeResponse(Stream& stream, Response& response, bool head, bool keepAlive,
                                      beast::error_code& error) {
    BeastResponse message;
    message.version(11);
    message.result(static_cast<unsigned>(response.status));
    message.reason(reasonPhrase(response.status));
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    message.keep_alive(keepAlive);
    message.body() = std::move(response.body);
    const bool bodyless = head || response.status == 204 || response.status == 304;
    if (!bodyless) message.content_length(message.body().size());
    if (bodyless) message.body().clear();
    beast::get_lowest_layer(stream).expires_after(options_.writeTimeout);
    bhttp::response_serializer<bhttp::string_body> serializer(message);
    if (bodyless) {
      co_await bhttp::async_write_header(stream, serializer,
                                         asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await bhttp::async_write(stream, serializer,
                                  asio::redirect_error(asio::use_awaitable, error));
    }
  }

  static Request toRequest(bhttp::request<bhttp::string_body>&& message, const std::string& peer) {
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      request.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.peer = peer;
    return request;
  }

  Response guarded(const Request& request) const {
    try {
      return handler_(request);
    } catch (const std::exception& unexpected) {
      log::error("request handler failed", {{"error.message", unexpected.what()}});
    } catch (...) {
      log::error("request handler failed");
    }
    Response response = failure(500, "internal error");
    return response;
  }

  ServerOptions options_;
  const Handler handler_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer acceptGate_;
  asio::thread_pool pool_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
  std::uint16_t port_ = 0;

  std::atomic<bool> stopping_{false};
  std::set<Connection*> connections_;  // I/O thread only

  std::mutex emptyMutex_;
  std::condition_variable empty_;
  std::size_t open_ = 0;

  std::mutex tlsMutex_;
  std::shared_ptr<asio::ssl::context> tls_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<BeastServer>(options, std::move(handler));
  if (auto listening = server->listen(options.tls); !listening) return listening.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace shopkeeper::http
