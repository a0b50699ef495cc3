// A TLS server that plays one replica of the operator towards sidecars.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "common/http/server.h"
#include "common/wire/directives.h"
#include "common/wire/heartbeat.h"
#include "tests/testing/test_pki.h"

namespace shopkeeper::testing {

// Token, generations and redirects as docs/architecture.md says. Thread-safe.
class FakeOperator {
 public:
  static constexpr const char* kServerName = "shopkeeper-operator.shopkeeper-system.svc";

  // Throws where the port cannot be had.
  explicit FakeOperator(TestCa& ca, std::uint16_t port = 0,
                        const std::string& name = std::string("DNS:") + kServerName);
  std::uint16_t port() const { return server_->port(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

  void expectToken(std::string token);  // "first-token" before
  void give(wire::Directives directives);
  void redirectTo(std::string leader);
  int beats() const;
  wire::Heartbeat last() const;  // an empty one before the first

 private:
  http::Response answer(const http::Request& request);

  mutable std::mutex mutex_;
  std::string token_ = "first-token";
  std::string leader_;
  wire::Directives directives_;
  int beats_ = 0;
  wire::Heartbeat last_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace shopkeeper::testing
