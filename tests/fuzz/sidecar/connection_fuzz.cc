// One client connection of the ingress on a real event loop, against a client and endpoints that do
// what the input says. Steps are separated by byte 0x1e and named by their first letter:
//   c  the client sends the rest of the step      b  the newest endpoint connection sends it
//   h  the client ends its direction              e  the endpoint ends its direction
//   x  the client resets                          r  the endpoint resets
// The next step comes when nothing moves any more, so a run is the same each time and waits for
// nothing. Checked: the connection ends; what the client gets is a sequence of answers, no more
// than it asked; what an endpoint gets is a sequence of requests to a second, independent parser,
// none of them for a path the gate refuses; nothing stays in flight.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sidecar/proxy/client_connection.h"
#include "sidecar/proxy/path_rules.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::sidecar;
namespace bhttp = boost::beast::http;

[[noreturn]] void broken(const char* what, const std::string& bytes = "") {
  std::fprintf(stderr, "%s:\n%s\n", what, bytes.c_str());
  std::abort();
}

class FuzzGate final : public Gate {
 public:
  FuzzGate(std::shared_ptr<Upstream> upstream, bool peers)
      : ingress_(std::move(upstream), state_), peers_(peers) {}
  Admission admit(const RequestHead& head) const override { return ingress_.admit(head); }
  bool peersAreSidecars() const override { return peers_; }

 private:
  const SharedState state_;
  const IngressGate ingress_;
  const bool peers_;
};

// A non-blocking socket of the harness, and all that was read from it.
struct Peer {
  int fd = -1;
  std::string got;

  void read() {
    char buffer[16384];
    for (;;) {
      const ssize_t count = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (count <= 0) return;
      got.append(buffer, static_cast<std::size_t>(count));
    }
  }
  void send(std::string_view bytes) {  // small: the kernel's buffer takes it whole
    if (fd >= 0) (void)!::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  void end() { ::shutdown(fd, SHUT_WR); }
  void reset() {
    if (fd < 0) return;
    read();
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd);
    fd = -1;
  }
};

struct Listening {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  Listening() {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 64) != 0) {
      broken("no loopback port");
    }
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  }
  ~Listening() { ::close(fd); }
  int connect() {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      broken("no loopback connection");
    }
    return client;
  }
};

class Run {
 public:
  explicit Run(bool peersAreSidecars)
      : upstream_(std::make_shared<Upstream>("service", systemClock())),
        gate_(upstream_, peersAreSidecars),
        context_{.io = io_,
                 .wheel = wheel_,
                 .pool = pool_,
                 .gate = gate_,
                 .limits = limits_,
                 .connectTimeout = std::chrono::seconds(5),
                 .bufferBytes = 4096,
                 .stats = stats_,
                 .random = systemRandom(),
                 .door = "ingress",
                 .forwardClientAddress = true,
                 .draining = draining_,
                 .access = nullptr,
                 .accessSample = 0,
                 .faults = nullptr,
                 .fallback = peersAreSidecars ? &fallback_ : nullptr,
                 .mayMirror = false,
                 .mesh = nullptr} {
    limits_.maxHeaderBytes = 1024;
    limits_.maxBodyBytes = 2000;
    wire::Upstream spec;
    spec.name = "service";
    spec.endpoints.resize(2);
    for (std::size_t i = 0; i < spec.endpoints.size(); ++i) {
      spec.endpoints[i].address =
          "127.0.0.1:" + std::to_string(ntohs(endpointPort_.address.sin_port));
      spec.endpoints[i].pod = "pod-" + std::to_string(i);
    }
    spec.policy.timeoutMs = 30'000;
    spec.policy.fallback.maxBytes = 4096;
    upstream_->configure(spec);
    client_.fd = clientPort_.connect();
    const int accepted = ::accept4(clientPort_.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    connection_.emplace(tcp::socket(io_, tcp::v4(), accepted), context_);
    asio::co_spawn(
        io_,
        [this]() -> asio::awaitable<void> {
          co_await connection_->serve();
          ended_ = true;
        },
        asio::detached);
  }
  ~Run() {
    connection_.reset();
    pool_.clear();
    wheel_.stop();
    for (Peer& endpoint : endpoints_) endpoint.reset();
    client_.reset();
  }

  void play(std::string_view script) {
    settle();
    while (!script.empty()) {
      const std::size_t end = script.find('\x1e');
      step(script.substr(0, end));
      script = end == std::string_view::npos ? std::string_view() : script.substr(end + 1);
      settle();
    }
    if (client_.fd >= 0) client_.end();
    settle();
    for (int i = 0; i < 500 && !ended_; ++i) {  // retries meet endpoints that end at once
      for (Peer& endpoint : endpoints_) {
        if (endpoint.fd >= 0) endpoint.end();
      }
      settle();
      if (!ended_ && i > 2) {
        client_.reset();
        io_.run_one_for(std::chrono::milliseconds(20));
      }
    }
    if (!ended_) broken("the connection did not end");
    settle();
  }

  void check() {
    if (upstream_->view().endpoints[0].counts.inFlight != 0 || stats_.inFlight.get() != 0) {
      broken("something stays in flight");
    }
    for (const Peer& endpoint : endpoints_) checkRequests(endpoint.got);
    checkAnswers();
  }

 private:
  void step(std::string_view step) {
    if (step.empty()) return;
    const std::string_view rest = step.substr(1);
    Peer none;
    Peer& endpoint = endpoints_.empty() ? none : endpoints_.back();
    switch (step.front()) {
      case 'c':
        if (client_.fd < 0) break;
        client_.send(rest);
        sent_.append(rest);
        break;
      case 'b':
        endpoint.send(rest);
        break;
      case 'h':
        if (client_.fd >= 0) client_.end();
        break;
      case 'e':
        if (endpoint.fd >= 0) endpoint.end();
        break;
      case 'x':
        client_.reset();
        break;
      case 'r':
        endpoint.reset();
        break;
      default:
        break;
    }
  }

  // As the listener does every 100 ms.
  void look() {
    pollfd waiting{connection_->waitingSocket(), POLLRDHUP, 0};
    if (waiting.fd < 0 || ::poll(&waiting, 1, 0) <= 0) return;
    connection_->onClientEnd(/*broken=*/(waiting.revents & (POLLERR | POLLHUP)) != 0);
  }

  // Until nothing moves.
  void settle() {
    for (bool moved = true; moved;) {
      io_.restart();
      moved = io_.poll() > 0;
      if (!moved) {
        look();
        moved = io_.poll() > 0;
      }
      const int fd = ::accept4(endpointPort_.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        endpoints_.push_back({fd, ""});
        moved = true;
      }
      if (client_.fd >= 0) client_.read();
      for (Peer& endpoint : endpoints_) {
        if (endpoint.fd >= 0) endpoint.read();
      }
    }
  }

  static void checkRequests(std::string_view bytes) {
    while (!bytes.empty()) {
      bhttp::request_parser<bhttp::string_body> parser;
      parser.eager(true);
      boost::system::error_code error;
      const std::size_t used = parser.put(asio::buffer(bytes.data(), bytes.size()), error);
      if (error == bhttp::error::need_more) return;  // cut off
      if (error) broken("an endpoint got what is no request", std::string(bytes));
      if (!parser.is_done()) {
        if (used == 0 || used == bytes.size()) return;
        bytes.remove_prefix(used);
        continue;
      }
      const std::string target(parser.get().target());
      if (!checkIngressTarget(target).allowed()) broken("past the gate", target);
      if (!parser.get()[bhttp::field::upgrade].empty()) return;  // a tunnel may follow
      bytes.remove_prefix(used);
    }
  }

  // The methods of the requests that the client's bytes hold, by our own reading.
  std::vector<std::string> asked() const {
    std::vector<std::string> methods;
    std::string_view left = sent_;
    MessageParser parser(MessageParser::Kind::Request, limits_.maxHeaderBytes);
    for (;;) {
      parser.startMessage();
      ParseError error;
      const std::size_t head = parser.parseHead(left, error);
      if (error) {
        methods.push_back(parser.request().method == "HEAD" ? "HEAD?" : "?");
        return methods;
      }
      if (head == 0) return methods;
      methods.emplace_back(parser.request().method);
      left.remove_prefix(head);
      while (!parser.done()) {
        std::vector<std::string_view> pieces;
        const std::size_t used = parser.parseBody(left, pieces, error);
        if (error || used == 0) return methods;
        left.remove_prefix(used);
      }
    }
  }

  void checkAnswers() const {
    std::string_view left = client_.got;
    const std::vector<std::string> methods = asked();
    MessageParser parser(MessageParser::Kind::Response, 64u << 10);
    for (std::size_t i = 0; !left.empty();) {
      if (i >= methods.size()) broken("more answers than requests", client_.got);
      parser.startMessage(methods[i] == "HEAD");
      ParseError error;
      const std::size_t head = parser.parseHead(left, error);
      if (error) broken("the client got what is no answer", client_.got);
      if (head == 0 || methods[i] == "HEAD?") return;  // cut off
      left.remove_prefix(head);
      if (parser.response().status == 101) return;
      if (parser.response().status / 100 == 1) continue;
      ++i;
      while (!parser.done()) {
        std::vector<std::string_view> pieces;
        const std::size_t used = parser.parseBody(left, pieces, error);
        if (error) broken("the client got a broken body", client_.got);
        if (used == 0) return;
        left.remove_prefix(used);
      }
    }
  }

  asio::io_context io_{1};
  DeadlineWheel wheel_{io_};
  ConnectionPool pool_;
  FallbackCache fallback_;
  ListenerLimits limits_;
  ProxyStats stats_;
  const std::atomic<bool> draining_{false};
  Listening endpointPort_;
  Listening clientPort_;
  std::shared_ptr<Upstream> upstream_;
  FuzzGate gate_;
  ExchangeContext context_;
  std::optional<ClientConnection> connection_;
  bool ended_ = false;
  Peer client_;
  std::string sent_;
  std::vector<Peer> endpoints_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0 || size > 16'384) return 0;
  Run run(/*peersAreSidecars=*/(data[0] & 1) != 0);
  run.play({reinterpret_cast<const char*>(data) + 1, size - 1});
  run.check();
  return 0;
}
