// The two containers of a guide pod.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/api/shopping_guide.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

// "<registry>/<component>:<version>" unless the component names its own image.
std::string serviceImage(const api::ShoppingGuide& guide, api::Component component,
                         const Platform& platform);

// The service itself; it listens on loopback only. Its preStop hook has the sidecar drain first,
// because the kubelet ends native sidecars only after the main container.
nlohmann::json serviceContainer(const api::ShoppingGuide& guide, api::Component component,
                                const Platform& platform);

// A native sidecar (an init container with restartPolicy Always): started before the service,
// ended after it. It holds the pod's ports and probes.
nlohmann::json sidecarContainer(const api::ShoppingGuide& guide, const Platform& platform);

}  // namespace shopkeeper::specs
