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

// What one revision of an upstream was sent by this sidecar: the weight that is measured, not set.
struct RevisionReport {
  std::string upstream;
  std::string version;
  std::uint64_t requests = 0;  // first tries, since the sidecar started
  std::uint64_t errors = 0;
  bool operator==(const RevisionReport&) const = default;
};

struct MirrorReport {
  std::string upstream;
  std::string version;
  std::uint64_t sent = 0;
  std::uint64_t same = 0;  // status and body as the client got them
  std::uint64_t different = 0;
  std::uint64_t failed = 0;  // no whole answer
  bool operator==(const MirrorReport&) const = default;
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
  std::vector<RevisionReport> revisions;
  std::vector<MirrorReport> mirrors;
  std::vector<std::string> faults;  // ids of those injected here now
  bool operator==(const Heartbeat&) const = default;
};

std::string toJson(const Heartbeat& heartbeat);
// InvalidArgument naming the field where the text is not a heartbeat. Unknown fields are ignored.
Result<Heartbeat> parseHeartbeat(std::string_view json);

}  // namespace shopkeeper::wire
