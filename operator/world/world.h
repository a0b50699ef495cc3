// The operator's cached copy of everything it watches.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/kube/health.h"
#include "operator/kube/informer.h"
#include "operator/world/pod_view.h"

namespace shopkeeper::world {

// shopkeeper.dev/v1alpha1 ShoppingGuide.
const kube::Resource& shoppingGuides();
// Kinds of objects that guides own, other than pods.
const std::vector<kube::Resource>& ownedResources();
// The resource of an owned object's kind; null for a kind that guides do not own.
const kube::Resource* ownedResource(const std::string& kind);

struct WorldOptions {
  std::vector<std::string> namespaces;  // empty: all
  bool watchNodes = true;               // for zones; needs a cluster-wide right
};

// Guides as they are; owned objects, claims and pods selected by the managed-by label, so that
// nobody else's objects are ever held; nodes reduced to their labels.
// Assumption: what `deps` refers to outlives the world. Reads are thread-safe.
class World {
 public:
  World(const WorldOptions& options, const kube::Informer::Deps& deps);

  // Called with the guide's key and whether it is part of the first list. Add before start().
  using GuideHandler = std::function<void(const kube::ObjectKey& guide, bool initial)>;
  // A guide itself changed: its spec, its orders, or it came or went. Not its status.
  void onGuideChange(const GuideHandler& handler);
  // An object or claim of the guide changed.
  void onOwnedChange(const GuideHandler& handler);
  void onPodChange(const GuideHandler& handler);

  void start();
  void stop();
  bool waitForSync(Duration timeout, const std::stop_token& stop) const;
  bool hasSynced() const;
  void addHealthChecks(kube::HealthChecks& checks) const;

  std::optional<kube::Object> guide(const kube::ObjectKey& key) const;
  std::vector<kube::ObjectKey> guides() const;
  std::optional<kube::Object> get(const kube::Resource& resource, const kube::ObjectKey& key) const;
  std::vector<kube::Object> ownedBy(const kube::Resource& resource, const std::string& ns,
                                    const std::string& uid) const;
  // Pods of a guide, sorted by name.
  std::vector<PodView> pods(const kube::ObjectKey& guide) const;
  std::string zoneOf(const std::string& node) const;

 private:
  using Informers = std::vector<std::unique_ptr<kube::Informer>>;  // one per namespace watched

  void add(const kube::Resource& resource, kube::InformerOptions options);
  const kube::Store* store(const kube::Resource& resource, const std::string& ns) const;
  void onLabelledChange(const kube::Resource& resource, const GuideHandler& handler);

  const WorldOptions options_;
  const kube::Informer::Deps deps_;
  std::map<std::string, Informers> informers_;  // by Resource::toString()
};

}  // namespace shopkeeper::world
