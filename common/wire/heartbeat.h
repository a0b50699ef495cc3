// What a sidecar reports to the operator once a second. Format: docs/formats/wire.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace shopkeeper::wire {

// Counters since the sidecar started; the reader takes differences.
struct TrafficCounts {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;  // answers with 5xx, and answers that never came
  std::uint64_t inFlight = 0;
  std::uint64_t retries = 0;
  double p50Ms = 0;  // over the last heartbeat interval; 0 where nothing was served
  double p99Ms = 0;
  bool operator==(const TrafficCounts&) const = default;
};

// How one endpoint of an upstream looks from this sidecar.
struct EndpointReport {
  std::string upstream;
  std::string address;  // "10.244.1.5:8080"
  bool healthy = true;
  std::string reason;  // why not healthy, for people
  TrafficCounts traffic;
  bool operator==(const EndpointReport&) const = default;
};

struct Heartbeat {
  std::string guide;
  std::string nameSpace;
  std::string component;
  std::string pod;
  std::string node;
  std::string version;         // of the guide, from the pod's label
  std::uint64_t sequence = 0;  // counts up from 1 within one sidecar run
  std::uint64_t appliedGeneration = 0;
  bool serviceHealthy = false;
  std::string serviceReason;  // why not healthy
  bool draining = false;
  TrafficCounts ingress;
  std::vector<EndpointReport> endpoints;
  bool operator==(const Heartbeat&) const = default;
};

std::string toJson(const Heartbeat& heartbeat);
// InvalidArgument naming the field where the text is not a heartbeat. Unknown fields are ignored.
Result<Heartbeat> parseHeartbeat(std::string_view json);

}  // namespace shopkeeper::wire
