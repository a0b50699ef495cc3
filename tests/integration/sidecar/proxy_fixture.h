// A data plane on loopback ports with backends under the test's control.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/http/server.h"
#include "sidecar/agent/config.h"
#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/data_plane.h"
#include "sidecar/proxy/fault_table.h"
#include "sidecar/proxy/upstream_table.h"
#include "tests/testing/raw_client.h"
#include "tests/testing/raw_server.h"

namespace shopkeeper::sidecar {

using testing::countOf;
using testing::fixedResponse;
using testing::RawClient;
using testing::RawConnection;
using testing::RawServer;

// An HTTP service that says who it is. `kill` ends it like a killed process: every connection at
// once.
class Backend {
 public:
  explicit Backend(std::string name, http::Handler handler = {});
  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }
  void kill() { server_.reset(); }
  // On the same port again.
  void revive();

 private:
  std::string name_;
  http::Handler handler_;
  std::atomic<int> requests_{0};
  std::uint16_t port_ = 0;
  std::unique_ptr<http::Server> server_;
};

// Waits for `done`, at most 20 s.
bool eventually(const std::function<bool()>& done);

struct Answer {
  int status = 0;  // 0: none came
  std::string head;
  std::string body;
  bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
};
// Reads one answer with Content-Length or chunked body (decoded) from a connection.
Answer readAnswer(RawClient& client, bool headRequest = false,
                  std::chrono::milliseconds limit = std::chrono::seconds(20));
// One request on a connection of its own.
Answer get(std::uint16_t port, const std::string& target, const std::string& host = "shop",
           const std::string& method = "GET", const std::string& body = "");

// What comes until `end` was in it, at most 20 s.
std::string readTo(RawClient& client, const std::string& end);
// The rest of a chunked body as it comes, its end included; false where the peer left before.
bool readChunkedBody(RawConnection& connection,
                     const std::function<void(const std::string&)>& take);

class ProxyTest : public ::testing::Test {
 protected:
  ProxyTest();
  // Ingress in front of the loopback port `service`; egress to `upstreams`.
  void start(int service);
  void upstream(const std::string& name, const std::vector<std::string>& addresses,
                std::chrono::milliseconds timeout = std::chrono::seconds(5), int budget = 20);
  std::uint16_t ingress() const { return plane_->ingressPort(); }
  std::uint16_t egress() const { return plane_->egressPort(); }
  UpstreamView view(const std::string& name) const { return table_.find(name)->view(); }

  SidecarConfig config_;
  SharedState state_;
  UpstreamTable table_;
  FaultTable faults_{"search", "search-1"};
  std::unique_ptr<DataPlane> plane_;
};

}  // namespace shopkeeper::sidecar
