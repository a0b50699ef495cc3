// The HTTP API of the knowledge service; docs/architecture.md and openapi.json describe it.
#pragma once

#include <atomic>

#include "common/clock.h"
#include "common/http/router.h"
#include "services/knowledge/import.h"
#include "services/knowledge/store.h"

namespace shopkeeper::knowledge {

// Thread-safe. `store`, `importer` and `clock` must outlive the router's use.
class Api {
 public:
  Api(Store& store, Importer& importer, const Clock& clock)
      : store_(store), importer_(importer), clock_(clock) {}

  void addRoutes(http::Router& router);

  // Requests that may wait for the writer at the same time. The rest is answered 429 at once, so
  // that a long import can never take all worker threads away from readers and probes.
  static constexpr int kMaxWaitingWrites = 6;
  static constexpr int kWorkers = 12;  // what the program's server should have

 private:
  http::Response catalog();
  http::Response page(const http::Request& request, RecordKind kind);
  http::Response record(RecordKind kind, const http::PathParams& params);
  http::Response events(const http::Request& request);
  http::Response addEvents(const http::Request& request);
  http::Response session(const http::PathParams& params);
  http::Response addTurns(const http::Request& request, const http::PathParams& params);
  http::Response import(const http::Request& request);

  Store& store_;
  Importer& importer_;
  const Clock& clock_;
  std::atomic<int> waitingWrites_{0};
};

}  // namespace shopkeeper::knowledge
