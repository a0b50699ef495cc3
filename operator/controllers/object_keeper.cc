#include "operator/controllers/object_keeper.h"

#include <nlohmann/json.hpp>

#include "common/log.h"
#include "operator/controllers/drift.h"
#include "operator/specs/content_hash.h"
#include "operator/specs/contract.h"

namespace shopkeeper::controllers {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxUnsettled = 4096;

std::string describe(const json& object) {
  return object.at("kind").get<std::string>() + " " +
         object.at("metadata").at("name").get<std::string>();
}

kube::ObjectKey keyOf(const json& object) {
  const auto& metadata = object.at("metadata");
  return {metadata.at("namespace"), metadata.at("name")};
}

// A claim template cannot be changed once its StatefulSet exists; volumes grow by their claims.
void keepClaimTemplates(json& desired, const json& live) {
  static const json::json_pointer templates("/spec/volumeClaimTemplates");
  static const json::json_pointer storage("/spec/resources/requests/storage");
  if (!desired.contains(templates) || !live.contains(templates)) return;
  const auto& old = live[templates];
  auto& now = desired[templates];
  for (std::size_t i = 0; i < now.size() && i < old.size(); ++i) {
    if (old[i].contains(storage)) now[i][storage] = old[i][storage];
  }
}

// Errors that come back the same however often one asks.
bool isFinal(const Error& error) {
  return error.code() == ErrorCode::InvalidArgument || error.code() == ErrorCode::TooLarge ||
         error.code() == ErrorCode::PermissionDenied || error.code() == ErrorCode::AlreadyExists;
}

KeepResult blocked(std::string reason, std::string message) {
  KeepResult result;
  result.what = KeepResult::What::Blocked;
  result.finding = {std::move(reason), std::move(message)};
  return result;
}

KeepResult foreign(const api::ShoppingGuide& guide, const json& desired, const kube::Object& live) {
  const auto owner = live.controller();
  auto result = blocked(
      reasons::kNameTaken,
      describe(desired) + " exists already and belongs to " +
          (owner ? owner->kind + " " + owner->name : std::string("nobody this operator knows")) +
          ": rename it or the guide, or delete it");
  result.waitForOld = owner && owner->kind == api::kKind && owner->name == guide.name;
  return result;
}

}  // namespace

ObjectKeeper::ObjectKeeper(kube::Client& client, const world::World& world, Metrics& metrics)
    : client_(client), world_(world), metrics_(metrics) {}

Result<KeepResult> ObjectKeeper::keep(const api::ShoppingGuide& guide, json desired,
                                      const kube::Call& call) {
  const auto* resource = world::ownedResource(desired.at("kind"));
  if (resource == nullptr) {
    return Error(ErrorCode::Internal, "no resource for kind " + desired.at("kind").dump());
  }
  const auto key = keyOf(desired);
  auto live = world_.get(*resource, key);
  if (!live) {
    // The cache holds only what has our label, and may be behind: ask before taking a name.
    auto read = client_.get(*resource, key, call);
    if (!read && read.error().code() != ErrorCode::NotFound) {
      return read.error().within("reading " + describe(desired));
    }
    if (read) live = std::move(*read);
  }
  KeepResult result;
  if (live) {
    const auto owner = live->controller();
    if (!owner || owner->uid != guide.uid) return foreign(guide, desired, *live);
    if (live->deleting()) return result;  // its deletion will bring us back
    keepClaimTemplates(desired, live->json());
  }
  const auto hash = specs::contentHash(desired.dump());
  desired["metadata"]["annotations"][specs::kAppliedHashAnnotation] = hash;
  if (!live) {
    result.what = KeepResult::What::Created;
  } else if (live->annotation(specs::kAppliedHashAnnotation) != hash) {
    result.what = KeepResult::What::Updated;
  } else {
    result.detail = firstDrift(desired, live->json());
    if (result.detail.empty() || isUnsettled(live->uid(), hash)) return KeepResult();
    result.what = KeepResult::What::Corrected;
  }
  return apply(*resource, desired, std::move(result), call);
}

Result<KeepResult> ObjectKeeper::apply(const kube::Resource& resource, const json& desired,
                                       KeepResult result, const kube::Call& call) {
  const auto applied =
      client_.apply(resource, kube::Object(desired), {.fieldManager = kFieldManager}, call);
  if (!applied) {
    const auto error = applied.error().within("applying " + describe(desired));
    if (!isFinal(error)) return error;
    return blocked(
        error.code() == ErrorCode::PermissionDenied ? reasons::kForbidden : reasons::kRefused,
        error.message());
  }
  metrics_
      .counter("shopkeeper_objects_applied_total", "Objects written, by kind",
               {{"kind", resource.kind}})
      .Increment();
  if (const auto drift = firstDrift(desired, applied->json()); !drift.empty()) {
    log::warn("the API server keeps another value than applied",
              {{"kubernetes.object", describe(desired)}, {"field", drift}});
    std::lock_guard lock(mutex_);
    if (unsettled_.size() >= kMaxUnsettled) unsettled_.clear();
    unsettled_.emplace(applied->uid(),
                       applied->annotation(specs::kAppliedHashAnnotation).value_or(""));
  }
  log::info("object applied",
            {{"kubernetes.object", describe(desired)},
             {"kubernetes.namespace", keyOf(desired).ns},
             {"why", result.what == KeepResult::What::Created     ? "missing"
                     : result.what == KeepResult::What::Corrected ? "drifted: " + result.detail
                                                                  : "changed"}});
  return result;
}

bool ObjectKeeper::isUnsettled(const std::string& uid, const std::string& hash) const {
  std::lock_guard lock(mutex_);
  return unsettled_.contains({uid, hash});
}

Result<std::vector<std::string>> ObjectKeeper::prune(const api::ShoppingGuide& guide,
                                                     const std::vector<json>& desired,
                                                     const kube::Call& call) {
  std::set<std::string> wanted;
  for (const auto& object : desired) wanted.insert(describe(object));
  std::vector<std::string> gone;
  for (const auto& resource : world::ownedResources()) {
    for (const auto& object : world_.ownedBy(resource, guide.ns, guide.uid)) {
      const auto name = resource.kind + " " + object.name();
      if (wanted.contains(name) || object.deleting()) continue;
      kube::DeleteOptions thisOne;
      thisOne.uid = object.uid();
      const auto removed = client_.remove(resource, object.key(), thisOne, call);
      if (!removed && removed.error().code() != ErrorCode::NotFound) {
        return removed.error().within("deleting " + name);
      }
      log::info("object deleted: no longer wanted",
                {{"kubernetes.object", name}, {"kubernetes.namespace", guide.ns}});
      gone.push_back(name);
    }
  }
  return gone;
}

}  // namespace shopkeeper::controllers
