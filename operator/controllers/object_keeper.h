// Makes one object what it should be, and writes only where it is not.
#pragma once

#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "common/metrics.h"
#include "common/result.h"
#include "operator/api/shopping_guide.h"
#include "operator/controllers/finding.h"
#include "operator/kube/client.h"
#include "operator/world/world.h"

namespace shopkeeper::controllers {

inline constexpr const char* kFieldManager = "shopkeeper-operator";

// What became of one object.
struct KeepResult {
  enum class What { Unchanged, Created, Updated, Corrected, Blocked };
  What what = What::Unchanged;
  std::string detail;       // Corrected: the field that had drifted
  Finding finding;          // Blocked: why
  bool waitForOld = false;  // Blocked: an object of a deleted guide of this name is still going
};

// Writes are server-side applies with one field manager, forced. An object carries the hash of what
// was applied to it; it is applied again when that differs from what is wanted now, or when a field
// of ours drifted. An object of the same name that is not ours is never touched.
//
// Caveat: where the API server itself changes a field of ours on every write (a mutating webhook),
// the object is applied once per change of the wanted state and not again.
class ObjectKeeper {
 public:
  // All must outlive it.
  ObjectKeeper(kube::Client& client, const world::World& world, Metrics& metrics);

  // Errors are those worth repeating (no connection, no leadership, ...); what repeating cannot
  // help comes back as a finding. Thread-safe.
  Result<KeepResult> keep(const api::ShoppingGuide& guide, nlohmann::json desired,
                          const kube::Call& call);

  // Deletes objects of the guide that are not in `desired`; returns their names ("Service x").
  Result<std::vector<std::string>> prune(const api::ShoppingGuide& guide,
                                         const std::vector<nlohmann::json>& desired,
                                         const kube::Call& call);

 private:
  Result<KeepResult> apply(const kube::Resource& resource, const nlohmann::json& desired,
                           KeepResult result, const kube::Call& call);
  bool isUnsettled(const std::string& uid, const std::string& hash) const;

  kube::Client& client_;
  const world::World& world_;
  Metrics& metrics_;
  mutable std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> unsettled_;  // (uid, hash); bounded
};

}  // namespace shopkeeper::controllers
