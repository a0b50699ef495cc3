// How callers treat one upstream: deadlines, retries, health, isolation, tiers. Travels from the
// ShoppingGuide's spec.traffic through directives to every sidecar. Format: docs/formats/wire.md.
//
// Plain values; times in milliseconds, shares in percent unless named otherwise. Where a default
// has a source it is named beside it.
#pragma once

#include <string>
#include <vector>

namespace shopkeeper::wire {

struct RetryPolicy {
  int maxTries = 4;          // the first one included
  int perTryTimeoutMs = 0;   // 0: half of the time that is left, while another endpoint is there
  int budgetPercent = 20;    // of the requests of the last 10 s (Finagle, Linkerd, GEP-3388)
  int budgetPerSecond = 10;  // allowed whatever the share; budgetPercent 0 switches both off
  std::vector<std::string> retriablePaths;  // prefixes whose POSTs may be made again
  bool operator==(const RetryPolicy&) const = default;
};

struct HedgePolicy {
  int quantilePercent = 0;  // a second try starts after this quantile of the latency; 0: never
  int minDelayMs = 10;
  bool operator==(const HedgePolicy&) const = default;
};

struct OutlierPolicy {
  int connectFailures = 1;       // consecutive; a refused connection is a dead process
  int gatewayFailures = 2;       // consecutive resets, time-outs and gateway errors
  int serverErrors = 5;          // consecutive 5xx (Envoy's consecutive_5xx)
  int successRatePercent = 80;   // over windowMs; below it an endpoint is out (Linkerd); 0: off
  int successRateRequests = 20;  // fewest samples for that verdict
  int windowMs = 10'000;         // ten ring buckets
  int latencyFactor = 4;         // slower than this times the median of its peers; 0: off
  int latencyMinMs = 100;        // and slower than this
  int latencyRequests = 10;      // fewest samples for that verdict
  int baseEjectionMs = 1'000;    // doubles with each ejection in a row
  int maxEjectionMs = 30'000;
  int minHealthy = 1;  // never fewer endpoints in rotation through passive ejection
  bool operator==(const OutlierPolicy&) const = default;
};

struct IsolationPolicy {
  int maxInFlight = 1'024;  // of the upstream, from one sidecar (Envoy's default for requests)
  int maxInFlightPerEndpoint = 0;  // 0: no limit of its own
  bool adaptive = true;  // concurrency limit learnt from latency (gradient), below maxInFlight
  bool operator==(const IsolationPolicy&) const = default;
};

struct TierPolicy {
  int overprovisionPercent = 140;  // a tier keeps all traffic until its health is below 100/1.4
  int panicPercent = 50;           // below it health is ignored within a tier (Envoy); 0: never
  int failbackMs = 10'000;         // a tier must be well this long before it takes traffic back
  bool operator==(const TierPolicy&) const = default;
};

struct FallbackPolicy {
  int maxBytes = 0;        // of last good answers to GETs kept in each sidecar; 0: none
  int maxAgeMs = 300'000;  // older answers are not served (RFC 5861, stale-if-error)
  bool operator==(const FallbackPolicy&) const = default;
};

// What is shed first when a service has too much to do.
enum class Priority { Critical, Normal, Sheddable };

struct TrafficPolicy {
  int timeoutMs = 5'000;  // whole request up to the start of its answer, retries included
  Priority priority = Priority::Normal;
  bool sticky = true;       // the same user sees the same revision (X-Shopkeeper-User)
  bool preferLocal = true;  // same node, then same zone, while they have capacity
  int slowStartMs = 5'000;  // a new endpoint's share grows over this time; 0: at once
  RetryPolicy retries;
  HedgePolicy hedge;
  OutlierPolicy outlier;
  IsolationPolicy isolation;
  TierPolicy tiers;
  FallbackPolicy fallback;
  bool operator==(const TrafficPolicy&) const = default;
};

}  // namespace shopkeeper::wire
