#include "operator/kube/resource.h"

#include "common/http/message.h"

namespace shopkeeper::kube {

std::string ObjectKey::toString() const { return ns.empty() ? name : ns + "/" + name; }

std::size_t ObjectKeyHash::operator()(const ObjectKey& key) const {
  const std::hash<std::string> hash;
  return hash(key.name) * 31 + hash(key.ns);
}

std::string Resource::apiVersion() const { return group.empty() ? version : group + "/" + version; }

std::string Resource::toString() const { return group.empty() ? plural : plural + "." + group; }

std::string Resource::collectionPath(std::string_view ns) const {
  std::string path = (group.empty() ? "/api/" : "/apis/") + apiVersion();
  if (namespaced && !ns.empty()) path += "/namespaces/" + http::percentEncode(ns);
  return path + "/" + plural;
}

std::string Resource::objectPath(const ObjectKey& key, std::string_view subresource) const {
  std::string path = collectionPath(key.ns) + "/" + http::percentEncode(key.name);
  if (!subresource.empty()) path.append("/").append(subresource);
  return path;
}

namespace resources {
namespace {
constexpr bool kClusterWide = false;
}

#define SHOPKEEPER_RESOURCE(function, ...)       \
  const Resource& function() {                   \
    static const Resource resource{__VA_ARGS__}; \
    return resource;                             \
  }

SHOPKEEPER_RESOURCE(namespaces, "", "v1", "namespaces", "Namespace", kClusterWide)
SHOPKEEPER_RESOURCE(nodes, "", "v1", "nodes", "Node", kClusterWide)
SHOPKEEPER_RESOURCE(pods, "", "v1", "pods", "Pod")
SHOPKEEPER_RESOURCE(services, "", "v1", "services", "Service")
SHOPKEEPER_RESOURCE(configMaps, "", "v1", "configmaps", "ConfigMap")
SHOPKEEPER_RESOURCE(secrets, "", "v1", "secrets", "Secret")
SHOPKEEPER_RESOURCE(serviceAccounts, "", "v1", "serviceaccounts", "ServiceAccount")
SHOPKEEPER_RESOURCE(persistentVolumeClaims, "", "v1", "persistentvolumeclaims",
                    "PersistentVolumeClaim")
SHOPKEEPER_RESOURCE(deployments, "apps", "v1", "deployments", "Deployment")
SHOPKEEPER_RESOURCE(statefulSets, "apps", "v1", "statefulsets", "StatefulSet")
SHOPKEEPER_RESOURCE(replicaSets, "apps", "v1", "replicasets", "ReplicaSet")
SHOPKEEPER_RESOURCE(controllerRevisions, "apps", "v1", "controllerrevisions", "ControllerRevision")
SHOPKEEPER_RESOURCE(podDisruptionBudgets, "policy", "v1", "poddisruptionbudgets",
                    "PodDisruptionBudget")
SHOPKEEPER_RESOURCE(networkPolicies, "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy")
SHOPKEEPER_RESOURCE(jobs, "batch", "v1", "jobs", "Job")
SHOPKEEPER_RESOURCE(leases, "coordination.k8s.io", "v1", "leases", "Lease")
SHOPKEEPER_RESOURCE(events, "events.k8s.io", "v1", "events", "Event")
SHOPKEEPER_RESOURCE(tokenReviews, "authentication.k8s.io", "v1", "tokenreviews", "TokenReview",
                    kClusterWide)
SHOPKEEPER_RESOURCE(customResourceDefinitions, "apiextensions.k8s.io", "v1",
                    "customresourcedefinitions", "CustomResourceDefinition", kClusterWide)

#undef SHOPKEEPER_RESOURCE

}  // namespace resources
}  // namespace shopkeeper::kube
