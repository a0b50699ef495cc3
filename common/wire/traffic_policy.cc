#include "common/wire/traffic_policy.h"

#include "common/wire/traffic_policy_json.h"

namespace shopkeeper::wire {
namespace {

// Each field once, for both directions: name, member, least and most that is allowed.
template <class Visitor, class Policy>
void visit(Visitor& v, Policy& p) {
  constexpr int kDay = 86'400'000;
  constexpr int kHour = 3'600'000;
  v("timeoutMs", p.timeoutMs, 1, kHour);
  v.priority("priority", p.priority);
  v("sticky", p.sticky);
  v("preferLocal", p.preferLocal);
  v("slowStartMs", p.slowStartMs, 0, kHour);
  v.object("retries", [&](auto& o) {
    o("maxTries", p.retries.maxTries, 1, 10);
    o("perTryTimeoutMs", p.retries.perTryTimeoutMs, 0, kHour);
    o("budgetPercent", p.retries.budgetPercent, 0, 100);
    o("budgetPerSecond", p.retries.budgetPerSecond, 0, 10'000);
    o.paths("retriablePaths", p.retries.retriablePaths);
  });
  v.object("hedge", [&](auto& o) {
    o("quantilePercent", p.hedge.quantilePercent, 0, 99);
    o("minDelayMs", p.hedge.minDelayMs, 1, kHour);
  });
  v.object("outlier", [&](auto& o) {
    o("connectFailures", p.outlier.connectFailures, 0, 1'000);
    o("gatewayFailures", p.outlier.gatewayFailures, 0, 1'000);
    o("serverErrors", p.outlier.serverErrors, 0, 1'000);
    o("successRatePercent", p.outlier.successRatePercent, 0, 100);
    o("successRateRequests", p.outlier.successRateRequests, 1, 1'000'000);
    o("windowMs", p.outlier.windowMs, 100, kHour);
    o("latencyFactor", p.outlier.latencyFactor, 0, 1'000);
    o("latencyMinMs", p.outlier.latencyMinMs, 0, kHour);
    o("latencyRequests", p.outlier.latencyRequests, 1, 1'000'000);
    o("baseEjectionMs", p.outlier.baseEjectionMs, 1, kHour);
    o("maxEjectionMs", p.outlier.maxEjectionMs, 1, kDay);
    o("minHealthy", p.outlier.minHealthy, 0, 10'000);
  });
  v.object("isolation", [&](auto& o) {
    o("maxInFlight", p.isolation.maxInFlight, 0, 1'000'000);
    o("maxInFlightPerEndpoint", p.isolation.maxInFlightPerEndpoint, 0, 1'000'000);
    o("adaptive", p.isolation.adaptive);
  });
  v.object("tiers", [&](auto& o) {
    o("overprovisionPercent", p.tiers.overprovisionPercent, 100, 1'000);
    o("panicPercent", p.tiers.panicPercent, 0, 100);
    o("failbackMs", p.tiers.failbackMs, 0, kHour);
  });
  v.object("fallback", [&](auto& o) {
    o("maxBytes", p.fallback.maxBytes, 0, 64 << 20);
    o("maxAgeMs", p.fallback.maxAgeMs, 1, kDay);
  });
}

constexpr const char* kPriorities[] = {"Critical", "Normal", "Sheddable"};

class Encoder {
 public:
  nlohmann::json json = nlohmann::json::object();

  void operator()(const char* name, bool value) { json[name] = value; }
  void operator()(const char* name, int value, int, int) { json[name] = value; }
  void priority(const char* name, Priority value) {
    json[name] = kPriorities[static_cast<int>(value)];
  }
  void paths(const char* name, const std::vector<std::string>& value) { json[name] = value; }
  template <class Fields>
  void object(const char* name, Fields fields) {
    Encoder inner;
    fields(inner);
    json[name] = std::move(inner.json);
  }
};

class Decoder {
 public:
  Decoder(const nlohmann::json& object, std::string where)
      : object_(object), where_(std::move(where)), reader_(object_, where_) {}

  void operator()(const char* name, bool& value) { reader_.read(name, value); }
  void operator()(const char* name, int& value, int least, int most) {
    reader_.read(name, value);
    if (value < least || value > most) {
      reader_.fail(name, std::to_string(least) + " to " + std::to_string(most));
    }
  }
  void priority(const char* name, Priority& value) {
    std::string text = kPriorities[static_cast<int>(value)];
    reader_.read(name, text);
    for (int i = 0; i < 3; ++i) {
      if (text == kPriorities[i]) return void(value = static_cast<Priority>(i));
    }
    reader_.fail(name, "Critical, Normal or Sheddable");
  }
  void paths(const char* name, std::vector<std::string>& value) {
    value.clear();
    for (const auto& item : reader_.array(name)) {
      if (!item.is_string() || !item.get_ref<const std::string&>().starts_with("/")) {
        return reader_.fail(name, "a list of paths that begin with /");
      }
      value.push_back(item.get<std::string>());
    }
  }
  template <class Fields>
  void object(const char* name, Fields fields) {
    const auto found = object_.is_object() ? object_.find(name) : object_.end();
    if (found == object_.end()) return;
    Decoder inner(*found, where_ + (where_.empty() ? "" : ".") + name);
    fields(inner);
    if (error_.empty()) error_ = inner.error();
  }
  std::string error() const { return reader_.error().empty() ? error_ : reader_.error(); }

 private:
  const nlohmann::json& object_;
  const std::string where_;
  FieldReader reader_;
  std::string error_;
};

}  // namespace

nlohmann::json toJson(const TrafficPolicy& policy) {
  Encoder encoder;
  visit(encoder, policy);
  return std::move(encoder.json);
}

std::string decode(const nlohmann::json& object, const std::string& where, TrafficPolicy& policy) {
  Decoder decoder(object, where);
  visit(decoder, policy);
  return decoder.error();
}

}  // namespace shopkeeper::wire
