#include "tests/bench/soak/sidecar_under_soak.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/bench/proxy/net.h"
#include "tests/testing/raw_client.h"

namespace shopkeeper::bench {
namespace {

using std::chrono::steady_clock;

std::string contentOf(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

Result<std::unique_ptr<SidecarUnderSoak>> SidecarUnderSoak::start(
    const std::string& binary, const std::string& directory, const wire::Directives& directives,
    std::uint16_t checkPort) {
  auto self = std::make_unique<SidecarUnderSoak>();
  self->ca_ = std::make_unique<testing::TestCa>();
  self->operator_ = std::make_unique<testing::FakeOperator>(*self->ca_);
  self->operator_->give(directives);
  auto service = Backend::start(1);
  if (!service) return service.error();
  self->service_ = std::move(*service);
  const auto egress = freePort();
  const auto admin = freePort();
  if (!egress || !admin) return Error(ErrorCode::Unavailable, "no free port");
  self->egress_ = *egress;
  self->admin_ = *admin;

  std::ofstream(directory + "/ca.crt") << self->ca_->certificate();
  std::ofstream(directory + "/token") << "first-token";
  std::ofstream(directory + "/sidecar.yaml")
      << "guide: " << directives.guide << "\nnamespace: " << directives.nameSpace
      << "\ncomponent: ui\n"
      << "ingress: {listen: \"127.0.0.1:0\", service: \"127.0.0.1:" << self->service_->port()
      << "\"}\n"
      << "egress: {listen: \"127.0.0.1:" << *egress << "\", checkPort: " << checkPort << "}\n"
      << "admin: {listen: \"127.0.0.1:" << *admin << "\"}\n"
      << "control: {address: \"" << self->operator_->address()
      << "\", serverName: " << testing::FakeOperator::kServerName << ", caFile: " << directory
      << "/ca.crt, tokenFile: " << directory << "/token}\n"
      << "upstreams: [{name: search, dns: localhost, port: 9}]\n"
      << "stateDir: " << directory << "\n";
  auto child = Child::start({binary, "--config", directory + "/sidecar.yaml"}, directory + "/log");
  if (!child) return child.error();
  self->child_ = std::make_unique<Child>(std::move(*child));

  const auto limit = steady_clock::now() + std::chrono::seconds(20);
  while (self->child_->running() && steady_clock::now() < limit) {
    const bool applied = self->operator_->last().appliedGeneration >= directives.generation;
    if (applied && self->scrape()) return self;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const std::string log = contentOf(directory + "/log");
  return Error(ErrorCode::Unavailable, "the sidecar did not begin to serve: " +
                                           log.substr(log.size() > 1500 ? log.size() - 1500 : 0));
}

Status SidecarUnderSoak::scrape() const {
  for (const char* path : {"/healthz", "/readyz", "/service/healthz", "/metrics"}) {
    testing::RawClient client(admin_);
    client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.readAll();
    if (!answer.starts_with("HTTP/1.1 200")) {
      return Error(ErrorCode::Unavailable, std::string(path) + ": " + answer.substr(0, 300));
    }
  }
  return ok();
}

}  // namespace shopkeeper::bench
