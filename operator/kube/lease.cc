#include "operator/kube/lease.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::kube {
namespace {

using nlohmann::json;

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace

LeaseRecord readLease(const Object& lease) {
  const auto spec = lease.json().find("spec");
  if (spec == lease.json().end() || !spec->is_object()) return {};
  return {text(*spec, "holderIdentity"), number(*spec, "leaseDurationSeconds"),
          text(*spec, "acquireTime"), text(*spec, "renewTime"), number(*spec, "leaseTransitions")};
}

Object writeLease(const Object& base, const LeaseOptions& options, const LeaseRecord& record) {
  json document = base.json();
  document["apiVersion"] = resources::leases().apiVersion();
  document["kind"] = resources::leases().kind;
  document["metadata"]["namespace"] = options.ns;
  document["metadata"]["name"] = options.name;
  json& spec = document["spec"];
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = record.durationSeconds;
  spec["acquireTime"] = record.acquireTime;
  spec["renewTime"] = record.renewTime;
  spec["leaseTransitions"] = record.transitions;
  return Object(std::move(document));
}

bool LeaseObservation::see(const LeaseRecord& now, MonotonicTime at) {
  if (record == now) return false;
  record = now;
  since = at;
  return true;
}

bool LeaseObservation::expired(MonotonicTime at) const {
  if (!record || record->holder.empty()) return true;
  return at - since >= std::chrono::seconds(record->durationSeconds);
}

}  // namespace shopkeeper::kube
