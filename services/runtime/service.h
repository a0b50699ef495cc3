// The frame of each of the five service programs: flags, logs, metrics, health, server, orderly
// stop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/http/router.h"
#include "common/metrics.h"
#include "common/result.h"
#include "services/runtime/request_context.h"

namespace CLI {
class App;
}

namespace shopkeeper::services {

// What a service is given to work with. Outlives the Service.
struct Context {
  std::string dataDir;
  std::string egress;  // base URL of the sidecar's egress
  const Clock& clock;
  Metrics& metrics;

  // A client for an upstream by name ("knowledge"): egress base URL, Host header set.
  std::unique_ptr<http::HttpClient> upstream(const std::string& name) const;
};

// One service. routes() is called once, before start(); requests come from several threads.
class Service {
 public:
  virtual ~Service() = default;
  virtual void routes(http::Router& router) = 0;
  virtual Status start() = 0;
  // Nothing where the service can answer; otherwise why not, for /readyz.
  virtual std::string notReadyReason() const = 0;
  // After the server has stopped; ends background work.
  virtual void stop() = 0;
};

struct Program {
  std::string name;         // "guide-search"
  std::string description;  // first line of --help
  std::string example;      // last lines of --help
  std::string openApi;      // JSON text served at /openapi.json
  int workers = 8;
  std::size_t maxBodyBytes = 1u << 20;
  Caller caller = Caller::Sidecar;  // who sends requests, and so which of their fields are believed
  // Adds the service's own flags (may be empty).
  std::function<void(CLI::App&)> flags;
  std::function<Result<std::unique_ptr<Service>>(const Context&)> make;
};

// The whole of main(): parses --listen, --egress, --data, --log-level (also GUIDE_* environment
// variables), serves /healthz, /readyz, /metrics, /openapi.json and the service's routes, drains on
// SIGTERM. Returns the exit code; 2 for wrong flags, with one sentence on stderr.
int runProgram(int argc, char** argv, const Program& program);

}  // namespace shopkeeper::services
