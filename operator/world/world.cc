#include "operator/world/world.h"

#include <nlohmann/json.hpp>

#include "operator/api/shopping_guide.h"
#include "operator/specs/contract.h"
#include "operator/specs/metadata.h"
#include "operator/world/transforms.h"

namespace shopkeeper::world {
namespace {

using kube::Informer;
using kube::InformerEvent;
using kube::ObjectKey;

const std::string kOurs = std::string(specs::kManagedByLabel) + "=" + specs::kManagedBy;

// Our own status writes come back as changes: they are none.
bool specChanged(const InformerEvent& event) {
  if (event.type() != InformerEvent::Type::Updated) return true;
  const auto now = event.object();
  const auto before = event.previous();
  return now.generation() != before.generation() || now.uid() != before.uid() ||
         now.deleting() != before.deleting() ||
         now.annotation(specs::kOrdersAnnotation) != before.annotation(specs::kOrdersAnnotation);
}

}  // namespace

const kube::Resource& shoppingGuides() {
  static const kube::Resource resource{api::kGroup, api::kVersion, "shoppingguides", api::kKind,
                                       true};
  return resource;
}

const std::vector<kube::Resource>& ownedResources() {
  using namespace kube::resources;
  static const std::vector<kube::Resource> all = {
      serviceAccounts(),      configMaps(),  networkPolicies(), services(),
      podDisruptionBudgets(), deployments(), statefulSets()};
  return all;
}

const kube::Resource* ownedResource(const std::string& kind) {
  for (const auto& resource : ownedResources()) {
    if (resource.kind == kind) return &resource;
  }
  return nullptr;
}

World::World(const WorldOptions& options, const Informer::Deps& deps)
    : options_(options), deps_(deps) {
  add(shoppingGuides(), {});
  kube::InformerOptions ours;
  ours.labelSelector = kOurs;
  for (const auto& resource : ownedResources()) add(resource, ours);
  add(kube::resources::persistentVolumeClaims(), ours);
  ours.transforms = {prunePod};
  ours.labelIndexes = {specs::kInstanceLabel};
  add(kube::resources::pods(), ours);
  if (!options_.watchNodes) return;
  kube::InformerOptions nodes;
  nodes.transforms = {pruneNode};
  add(kube::resources::nodes(), nodes);
}

void World::add(const kube::Resource& resource, kube::InformerOptions options) {
  auto& list = informers_[resource.toString()];
  if (options_.namespaces.empty() || !resource.namespaced) {
    list.push_back(std::make_unique<Informer>(resource, std::move(options), deps_));
    return;
  }
  for (const auto& ns : options_.namespaces) {
    options.ns = ns;
    list.push_back(std::make_unique<Informer>(resource, options, deps_));
  }
}

void World::onGuideChange(const GuideHandler& handler) {
  for (auto& informer : informers_.at(shoppingGuides().toString())) {
    informer->addHandler([handler](const InformerEvent& event) {
      if (specChanged(event)) handler(event.key(), event.initial());
    });
  }
}

void World::onLabelledChange(const kube::Resource& resource, const GuideHandler& handler) {
  for (auto& informer : informers_.at(resource.toString())) {
    informer->addHandler([handler](const InformerEvent& event) {
      const auto guide = event.object().label(specs::kInstanceLabel);
      if (guide) handler({event.key().ns, *guide}, event.initial());
      // Somebody took the label away: the guide that had it must look.
      if (event.type() != InformerEvent::Type::Updated) return;
      const auto before = event.previous().label(specs::kInstanceLabel);
      if (before && before != guide) handler({event.key().ns, *before}, event.initial());
    });
  }
}

void World::onOwnedChange(const GuideHandler& handler) {
  for (const auto& resource : ownedResources()) onLabelledChange(resource, handler);
  onLabelledChange(kube::resources::persistentVolumeClaims(), handler);
}

void World::onPodChange(const GuideHandler& handler) {
  onLabelledChange(kube::resources::pods(), handler);
}

void World::start() {
  for (auto& [name, list] : informers_) {
    for (auto& informer : list) informer->start();
  }
}

void World::stop() {
  for (auto& [name, list] : informers_) {
    for (auto& informer : list) informer->stop();
  }
}

bool World::hasSynced() const {
  for (const auto& [name, list] : informers_) {
    for (const auto& informer : list) {
      if (!informer->hasSynced()) return false;
    }
  }
  return true;
}

bool World::waitForSync(Duration timeout, const std::stop_token& stop) const {
  const auto deadline = deps_.clock.now() + timeout;
  for (const auto& [name, list] : informers_) {
    for (const auto& informer : list) {
      const auto left = deadline - deps_.clock.now();
      if (left <= Duration::zero() || !informer->waitForSync(left, stop)) return false;
    }
  }
  return true;
}

void World::addHealthChecks(kube::HealthChecks& checks) const {
  for (const auto& [name, list] : informers_) {
    for (const auto& informer : list) checks.addInformer(*informer);
  }
}

const kube::Store* World::store(const kube::Resource& resource, const std::string& ns) const {
  const auto it = informers_.find(resource.toString());
  if (it == informers_.end()) return nullptr;
  if (options_.namespaces.empty() || !resource.namespaced) return &it->second.front()->store();
  for (std::size_t i = 0; i < options_.namespaces.size(); ++i) {
    if (options_.namespaces[i] == ns) return &it->second[i]->store();
  }
  return nullptr;
}

std::optional<kube::Object> World::get(const kube::Resource& resource, const ObjectKey& key) const {
  const auto* from = store(resource, key.ns);
  return from != nullptr ? from->get(key) : std::nullopt;
}

std::optional<kube::Object> World::guide(const ObjectKey& key) const {
  return get(shoppingGuides(), key);
}

std::vector<ObjectKey> World::guides() const {
  std::vector<ObjectKey> out;
  for (const auto& informer : informers_.at(shoppingGuides().toString())) {
    const auto keys = informer->store().keys();
    out.insert(out.end(), keys.begin(), keys.end());
  }
  return out;
}

std::vector<kube::Object> World::ownedBy(const kube::Resource& resource, const std::string& ns,
                                         const std::string& uid) const {
  const auto* from = store(resource, ns);
  return from != nullptr ? from->byOwner(uid) : std::vector<kube::Object>();
}

std::vector<PodView> World::pods(const ObjectKey& guide) const {
  std::vector<PodView> out;
  const auto* from = store(kube::resources::pods(), guide.ns);
  if (from == nullptr) return out;
  for (const auto& pod : from->byLabel(specs::kInstanceLabel, guide.name, guide.ns)) {
    if (auto view = viewPod(pod.json())) out.push_back(std::move(*view));
  }
  return out;
}

std::string World::zoneOf(const std::string& node) const {
  const auto object = get(kube::resources::nodes(), {"", node});
  if (!object) return "";
  return object->label("topology.kubernetes.io/zone").value_or("");
}

}  // namespace shopkeeper::world
