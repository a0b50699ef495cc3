#include "tests/integration/sidecar/proxy_fixture.h"

#include <algorithm>
#include <map>
#include <thread>

namespace shopkeeper::sidecar {

Backend::Backend(std::string name, http::Handler handler)
    : name_(std::move(name)), handler_(std::move(handler)) {
  revive();
}

void Backend::revive() {
  http::ServerOptions options;
  options.port = port_;
  options.maxBodyBytes = 128u << 20;
  options.workers = 8;
  auto server = http::Server::start(options, [this](const http::Request& request) {
    ++requests_;
    if (handler_) return handler_(request);
    http::Response response;
    response.headers.set("X-Backend", name_);
    response.body = name_ + " " + request.method + " " + request.target;
    return response;
  });
  if (!server) throw std::runtime_error(server.error().message());
  server_ = std::move(*server);
  port_ = server_->port();
}

bool eventually(const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

namespace {

std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), ::tolower);
  return text;
}

// The chunks of `text` decoded, and whether the last one was there.
bool decodeChunks(std::string_view text, std::string& body) {
  body.clear();
  while (true) {
    const auto eol = text.find("\r\n");
    if (eol == std::string_view::npos) return false;
    const auto size = std::stoul(std::string(text.substr(0, eol)), nullptr, 16);
    if (text.size() < eol + 2 + size + 2) return false;
    if (size == 0) return true;
    body.append(text.substr(eol + 2, size));
    text.remove_prefix(eol + 2 + size + 2);
  }
}

}  // namespace

Answer readAnswer(RawClient& client, bool headRequest, std::chrono::milliseconds limit) {
  // What came with one answer and belongs to the next is kept per connection.
  static thread_local std::map<RawClient*, std::string> kept;
  std::string& text = kept[&client];
  Answer answer;
  std::size_t bodyAt = 0;
  const auto complete = [&](const std::string& fresh) {
    const std::string all = text + fresh;
    const auto end = all.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    bodyAt = end + 4;
    answer.head = all.substr(0, bodyAt);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::string head = lowerCase(answer.head);
    if (headRequest || answer.status == 204 || answer.status == 304 || answer.status / 100 == 1) {
      return true;
    }
    if (const auto at = head.find("content-length:"); at != std::string::npos) {
      const auto length = std::stoul(head.substr(at + 15));
      if (all.size() < bodyAt + length) return false;
      answer.body = all.substr(bodyAt, length);
      bodyAt += length;
      return true;
    }
    if (head.find("transfer-encoding: chunked") != std::string::npos) {
      if (!decodeChunks(std::string_view(all).substr(bodyAt), answer.body)) return false;
      bodyAt = all.find("0\r\n\r\n", bodyAt) + 5;
      return true;
    }
    answer.body = all.substr(bodyAt);
    return false;  // until the connection ends
  };
  if (!complete("")) text += client.readUntil(complete, limit);
  if (complete("")) {
    text.erase(0, bodyAt);
  } else {
    text.clear();
  }
  if (client.closedByPeer()) kept.erase(&client);
  return answer;
}

Answer get(std::uint16_t port, const std::string& target, const std::string& host,
           const std::string& method, const std::string& body) {
  RawClient client(port);
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  client.send(request + "Connection: close\r\n\r\n" + body);
  const std::string text = client.readAll();
  Answer answer;
  const auto end = text.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = text.substr(0, end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  answer.body = text.substr(end + 4);
  if (lowerCase(answer.head).find("transfer-encoding: chunked") != std::string::npos) {
    std::string decoded;
    if (!decodeChunks(text.substr(end + 4), decoded)) answer.status = 0;  // cut off
    answer.body = decoded;
  }
  return answer;
}

std::string readTo(RawClient& client, const std::string& end) {
  return client.readUntil(
      [&](const std::string& text) { return text.find(end) != std::string::npos; });
}

bool readChunkedBody(RawConnection& connection,
                     const std::function<void(const std::string&)>& take) {
  std::string body;
  while (body.find("0\r\n\r\n") == std::string::npos) {
    const std::string piece = connection.readSome();
    if (piece.empty()) return false;
    body += piece;
    take(piece);
  }
  return true;
}

ProxyTest::ProxyTest() : table_(systemClock(), {}) {
  config_.guide = "demo";
  config_.nameSpace = "shop";
  config_.component = "ui";
  config_.ingress.listen = {"127.0.0.1", 0};
  config_.egress.listen = {"127.0.0.1", 0};
  config_.admin.listen = {"127.0.0.1", 0};
}

void ProxyTest::start(int service) {
  config_.ingress.service = {"127.0.0.1", static_cast<std::uint16_t>(service)};
  auto plane = DataPlane::start(config_, state_, table_, systemClock(), nullptr, &faults_);
  ASSERT_TRUE(plane) << plane.error().message();
  plane_ = std::move(*plane);
}

void ProxyTest::upstream(const std::string& name, const std::vector<std::string>& addresses,
                         std::chrono::milliseconds timeout, int budget) {
  wire::Upstream spec;
  spec.name = name;
  spec.policy.timeoutMs = static_cast<int>(timeout.count());
  spec.policy.retries.budgetPercent = budget;
  spec.policy.slowStartMs = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    wire::Endpoint endpoint;
    endpoint.address = addresses[i];
    endpoint.pod = name + "-" + std::to_string(i);
    spec.endpoints.push_back(endpoint);
  }
  table_.apply({spec});
}

}  // namespace shopkeeper::sidecar
