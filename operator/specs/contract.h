// Ports, paths and times that pods, sidecar and services agree on: docs/architecture.md.
#pragma once

namespace shopkeeper::specs {

inline constexpr int kIngressPort = 8080;  // the pod's door, held by the sidecar
inline constexpr int kAdminPort = 8081;    // probes and metrics, held by the sidecar
inline constexpr int kRunAs = 65'532;

inline constexpr const char* kServiceListen = "127.0.0.1:9080";
inline constexpr const char* kEgressUrl = "http://127.0.0.1:9000";

inline constexpr const char* kDataPath = "/var/lib/shopkeeper";
inline constexpr const char* kSidecarStatePath = "/var/lib/shopkeeper-sidecar";
inline constexpr const char* kSidecarConfigPath = "/etc/shopkeeper/sidecar";
inline constexpr const char* kCaPath = "/etc/shopkeeper/ca";
inline constexpr const char* kCatalogPath = "/etc/shopkeeper/catalog";
inline constexpr const char* kMeshPath = "/etc/shopkeeper/mesh";
inline constexpr const char* kTokenPath = "/var/run/secrets/shopkeeper";
inline constexpr const char* kTokenAudience = "shopkeeper";
inline constexpr const char* kDrainTokenHeader = "X-Shopkeeper-Drain-Token";

// A pod that ends first serves on, unready, until its peers know (settle), then finishes what is in
// flight (timeout). What the service and the sidecar need to exit comes on top.
inline constexpr int kDrainSettleMs = 3'000;
inline constexpr int kDrainTimeoutMs = 20'000;
inline constexpr int kExitSeconds = 12;
inline constexpr int kTerminationGraceSeconds =
    (kDrainSettleMs + kDrainTimeoutMs + 999) / 1'000 + kExitSeconds;

inline constexpr const char* kConfigHashAnnotation = "shopkeeper.dev/config-hash";
// Marks pods that serve only when the others cannot.
inline constexpr const char* kTierLabel = "shopkeeper.dev/tier";
inline constexpr const char* kStandbyTier = "standby";
// Orders of people: "drain" or "eject" on a pod, JSON on the guide (operator/api/orders.h).
inline constexpr const char* kPodOrderAnnotation = "shopkeeper.dev/traffic";
inline constexpr const char* kOrdersAnnotation = "shopkeeper.dev/orders";
inline constexpr const char* kAppliedHashAnnotation = "shopkeeper.dev/applied-hash";

}  // namespace shopkeeper::specs
