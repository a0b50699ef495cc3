#include "operator/api/traffic.h"

#include "operator/api/parse.h"
#include "operator/api/quantity.h"

namespace shopkeeper::api {
namespace {

constexpr std::size_t kMaxPaths = 16;
constexpr std::size_t kMaxPath = 256;
constexpr int kMaxFallbackBytes = 64 << 20;

void readRetries(const Reader& retries, wire::RetryPolicy& out, int timeoutMs) {
  retries.read("budgetPercent", out.budgetPercent, 0, 100);
  retries.read("minPerSecond", out.budgetPerSecond, 0, 10'000);
  retries.read("maxTries", out.maxTries, 1, 10);
  readDuration(retries, "perTryTimeout", out.perTryTimeoutMs, "10ms", "60s");
  if (out.perTryTimeoutMs > timeoutMs) {
    retries.fail("perTryTimeout", "must not be more than spec.traffic.timeout");
  }
  retries.forEachString("retriablePaths", [&](const std::string& path, const Reader& list) {
    if (!path.starts_with('/') || path.size() > kMaxPath) {
      list.fail("", "must be a path that begins with \"/\", of at most 256 characters");
    }
    out.retriablePaths.push_back(path);
  });
  if (out.retriablePaths.size() > kMaxPaths) {
    retries.fail("retriablePaths", "must have at most 16 entries");
  }
}

void readOutlier(const Reader& outlier, wire::OutlierPolicy& out) {
  outlier.read("connectFailures", out.connectFailures, 0, 1'000);
  outlier.read("gatewayFailures", out.gatewayFailures, 0, 1'000);
  outlier.read("serverErrors", out.serverErrors, 0, 1'000);
  outlier.read("successRatePercent", out.successRatePercent, 0, 100);
  outlier.read("successRateRequests", out.successRateRequests, 1, 1'000'000);
  readDuration(outlier, "window", out.windowMs, "1s", "10m");
  outlier.read("latencyFactor", out.latencyFactor, 0, 1'000);
  if (out.latencyFactor == 1) {
    outlier.fail("latencyFactor", "must be 0 (off) or 2 to 1000: half of all are above the median");
  }
  readDuration(outlier, "latencyMin", out.latencyMinMs, "0s", "60s");
  outlier.read("latencyRequests", out.latencyRequests, 1, 1'000'000);
  readDuration(outlier, "baseEjection", out.baseEjectionMs, "100ms", "10m");
  readDuration(outlier, "maxEjection", out.maxEjectionMs, "100ms", "60m");
  if (out.maxEjectionMs < out.baseEjectionMs) {
    outlier.fail("maxEjection", "must not be less than baseEjection");
  }
  outlier.read("minHealthy", out.minHealthy, 0, 50);
}

void readBreaker(const Reader& breaker, wire::IsolationPolicy& out) {
  breaker.read("maxInFlight", out.maxInFlight, 1, 1'000'000);
  breaker.read("maxInFlightPerEndpoint", out.maxInFlightPerEndpoint, 0, 1'000'000);
  if (out.maxInFlightPerEndpoint > out.maxInFlight) {
    breaker.fail("maxInFlightPerEndpoint", "must not be more than maxInFlight");
  }
  breaker.read("adaptive", out.adaptive);
}

void readFallback(const Reader& fallback, wire::FallbackPolicy& out) {
  std::string bytes;
  fallback.readQuantity("maxBytes", bytes);
  if (!bytes.empty()) {
    const auto parsed = parseQuantity(bytes);
    if (parsed && parsed->milli <= std::int64_t{kMaxFallbackBytes} * 1'000) {
      out.maxBytes = static_cast<int>(parsed->milli / 1'000);
    } else {
      fallback.fail("maxBytes",
                    "must be a Kubernetes quantity of at most 64Mi, such as \"8Mi\"; 0 keeps none");
    }
  }
  readDuration(fallback, "maxAge", out.maxAgeMs, "1s", "1440m");
}

}  // namespace

void readDuration(const Reader& reader, const char* name, int& out, const char* low,
                  const char* high) {
  const auto inMs = [](std::string_view text) {
    return text == "0s" ? 0 : static_cast<int>(parseDuration(text).value().count());
  };
  if (!reader.has(name)) return;
  std::string text;
  reader.read(name, text);
  const auto parsed = parseDuration(text);
  const bool zero = text == "0s";
  if (parsed || zero) {
    const auto value = zero ? 0 : parsed->count();
    if (value >= inMs(low) && value <= inMs(high)) return void(out = static_cast<int>(value));
  }
  reader.fail(name, std::string("must be a duration between ") + low + " and " + high +
                        ", such as \"2s\" or \"500ms\"");
}

void readTraffic(const Reader& traffic, wire::TrafficPolicy& policy) {
  readDuration(traffic, "timeout", policy.timeoutMs, "100ms", "60s");
  traffic.read("sticky", policy.sticky);
  traffic.read("preferLocal", policy.preferLocal);
  readDuration(traffic, "slowStart", policy.slowStartMs, "0s", "10m");
  readRetries(traffic.child("retries"), policy.retries, policy.timeoutMs);
  const auto hedge = traffic.child("hedge");
  hedge.read("quantilePercent", policy.hedge.quantilePercent, 0, 99);
  readDuration(hedge, "minDelay", policy.hedge.minDelayMs, "1ms", "60s");
  readOutlier(traffic.child("outlier"), policy.outlier);
  readBreaker(traffic.child("circuitBreaker"), policy.isolation);
  const auto standby = traffic.child("standby");
  standby.read("overprovisionPercent", policy.tiers.overprovisionPercent, 100, 1'000);
  standby.read("panicPercent", policy.tiers.panicPercent, 0, 100);
  readDuration(standby, "failback", policy.tiers.failbackMs, "0s", "60m");
  readFallback(traffic.child("fallback"), policy.fallback);
}

}  // namespace shopkeeper::api
