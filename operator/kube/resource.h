// Which kind of object is meant, and where the API server keeps it.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace shopkeeper::kube {

// Namespace and name of one object; the namespace is empty for cluster-wide kinds. This is the key
// of stores and work queues.
struct ObjectKey {
  std::string ns;
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
  // "shop/demo", or "demo" where there is no namespace.
  std::string toString() const;
};

struct ObjectKeyHash {
  std::size_t operator()(const ObjectKey& key) const;
};

// A typed resource identity (group, version, resource), with its kind.
struct Resource {
  std::string group;  // empty for the core group
  std::string version;
  std::string plural;  // "deployments"
  std::string kind;    // "Deployment"
  bool namespaced = true;

  bool operator==(const Resource&) const = default;

  // "apps/v1", "v1".
  std::string apiVersion() const;
  // "deployments.apps", for messages and labels of metrics.
  std::string toString() const;
  // "/apis/apps/v1/namespaces/shop/deployments". An empty namespace means all of them.
  std::string collectionPath(std::string_view ns) const;
  // ".../deployments/demo-search[/status]". Names are percent-encoded.
  std::string objectPath(const ObjectKey& key, std::string_view subresource = {}) const;
};

// The kinds this operator meets. Each lives for the whole process.
namespace resources {
const Resource& namespaces();
const Resource& nodes();
const Resource& pods();
const Resource& services();
const Resource& configMaps();
const Resource& secrets();
const Resource& serviceAccounts();
const Resource& persistentVolumeClaims();
const Resource& deployments();
const Resource& statefulSets();
const Resource& replicaSets();
const Resource& controllerRevisions();
const Resource& podDisruptionBudgets();
const Resource& networkPolicies();
const Resource& jobs();
const Resource& leases();
const Resource& events();  // events.k8s.io/v1
const Resource& tokenReviews();
const Resource& customResourceDefinitions();
}  // namespace resources

}  // namespace shopkeeper::kube

template <>
struct std::hash<shopkeeper::kube::ObjectKey> : shopkeeper::kube::ObjectKeyHash {};
