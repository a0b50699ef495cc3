// ShoppingGuide of shopkeeper.dev/v1alpha1 as typed values with all defaults filled in.
//
// Field meanings, defaults and limits: docs/reference/shoppingguide.md (generated from the CRD).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/traffic_policy.h"
#include "operator/api/component.h"

namespace shopkeeper::api {

inline constexpr const char* kGroup = "shopkeeper.dev";
inline constexpr const char* kVersion = "v1alpha1";
inline constexpr const char* kApiVersion = "shopkeeper.dev/v1alpha1";
inline constexpr const char* kKind = "ShoppingGuide";

using StringMap = std::map<std::string, std::string>;

// Kubernetes quantities by resource name, as written. Both empty: the component's defaults.
struct Resources {
  StringMap requests;
  StringMap limits;
  bool given() const { return !requests.empty() || !limits.empty(); }
  bool operator==(const Resources&) const = default;
};

struct Toleration {
  std::string key;
  std::string op;  // "Equal", "Exists" or empty
  std::string value;
  std::string effect;
  std::optional<std::int64_t> seconds;
  bool operator==(const Toleration&) const = default;
};

// How the sidecar asks its service whether it is well.
struct ServiceProbe {
  std::string path = "/readyz";
  std::string expect;  // what the body of a 200 must hold; empty: anything
  int intervalMs = 500;
  bool operator==(const ServiceProbe&) const = default;
};

struct ComponentSpec {
  int replicas = 2;         // knowledge: always 1
  int standbyReplicas = 0;  // ui and knowledge: none
  std::string image;        // empty: "<registry>/<component>:<version>"
  Resources resources;
  StringMap nodeSelector;
  std::vector<Toleration> tolerations;
  ServiceProbe probe;
  bool operator==(const ComponentSpec&) const = default;
};

// Mutual TLS between sidecars. Permissive: used where both sides can, plain requests are taken too.
enum class MeshMode { Off, Permissive, Strict };

struct UiService {
  std::string type = "ClusterIP";
  int port = 80;
  int nodePort = 0;  // 0: Kubernetes chooses
  StringMap annotations;
  bool operator==(const UiService&) const = default;
};

struct SqliteStore {
  std::string storage = "1Gi";
  std::string storageClass;  // empty: the cluster's default
  bool ephemeral = false;
  bool deleteWithGuide = false;  // whenDeleted: Delete
  bool operator==(const SqliteStore&) const = default;
};

// At most one of the three places is set.
struct Catalog {
  std::string configMap;
  std::string pvc;
  std::string url;
  std::string refreshSchedule;
  bool operator==(const Catalog&) const = default;
};

// Either cidr, or labels.
struct NetworkPeer {
  std::string cidr;
  StringMap namespaceLabels;
  StringMap podLabels;
  bool operator==(const NetworkPeer&) const = default;
};

struct GuideSpec {
  std::string version;
  bool paused = false;

  std::string imageRegistry;  // empty: the operator's default
  std::string pullPolicy = "IfNotPresent";
  std::vector<std::string> pullSecrets;

  Catalog catalog;
  std::array<ComponentSpec, kComponents.size()> components;
  UiService uiService;
  SqliteStore sqlite;

  // Of calls between the services; the priority in it says nothing (control/directives_plan).
  wire::TrafficPolicy traffic;
  MeshMode mesh = MeshMode::Off;

  std::string sidecarImage;  // empty: the operator's default
  Resources sidecarResources;

  bool networkPolicy = true;
  std::vector<NetworkPeer> uiFrom;
  std::vector<NetworkPeer> metricsFrom;

  const ComponentSpec& of(Component component) const {
    return components[static_cast<std::size_t>(component)];
  }
  ComponentSpec& of(Component component) { return components[static_cast<std::size_t>(component)]; }
  bool operator==(const GuideSpec&) const = default;
};

struct ShoppingGuide {
  std::string name;
  std::string ns;
  std::string uid;
  std::int64_t generation = 0;
  bool deleting = false;
  GuideSpec spec;
};

}  // namespace shopkeeper::api
