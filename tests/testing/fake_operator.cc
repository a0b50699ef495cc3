#include "tests/testing/fake_operator.h"

#include <stdexcept>
#include <utility>

namespace shopkeeper::testing {

FakeOperator::FakeOperator(TestCa& ca, std::uint16_t port, const std::string& name) {
  const auto identity = ca.issue("operator", {name});
  const http::ServerTls tls{identity.certificate, identity.key};
  http::ServerOptions options;
  options.port = port;
  options.tls = &tls;
  auto server = http::Server::start(options, [this](const auto& r) { return answer(r); });
  if (!server) throw std::runtime_error(server.error().message());
  server_ = std::move(*server);
}

void FakeOperator::expectToken(std::string token) {
  std::lock_guard lock(mutex_);
  token_ = std::move(token);
}

void FakeOperator::give(wire::Directives directives) {
  std::lock_guard lock(mutex_);
  directives_ = std::move(directives);
}

void FakeOperator::redirectTo(std::string leader) {
  std::lock_guard lock(mutex_);
  leader_ = std::move(leader);
}

int FakeOperator::beats() const {
  std::lock_guard lock(mutex_);
  return beats_;
}

wire::Heartbeat FakeOperator::last() const {
  std::lock_guard lock(mutex_);
  return last_;
}

http::Response FakeOperator::answer(const http::Request& request) {
  std::lock_guard lock(mutex_);
  http::Response response;
  if (request.target != "/v1/heartbeat" || request.method != "POST") {
    response.status = 404;
  } else if (request.headers.get("Authorization") != "Bearer " + token_) {
    response.status = 401;
  } else if (!leader_.empty()) {
    response.status = 421;
    response.body = R"({"leader":")" + leader_ + "\"}";
  } else {
    auto beat = wire::parseHeartbeat(request.body);
    if (!beat) {
      response.status = 400;
      return response;
    }
    const bool newer = directives_.generation > beat->appliedGeneration;
    ++beats_;
    last_ = std::move(*beat);
    response.status = newer ? 200 : 204;
    if (newer) response.body = wire::toJson(directives_);
  }
  return response;
}

}  // namespace shopkeeper::testing
