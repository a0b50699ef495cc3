// sidecar.yaml of one component.
#pragma once

#include <string>

#include "operator/api/shopping_guide.h"
#include "operator/specs/platform.h"

namespace shopkeeper::specs {

// YAML text with what differs from the sidecar's defaults (docs/architecture.md).
std::string sidecarYaml(const api::ShoppingGuide& guide, api::Component component,
                        const Platform& platform);

// What the kubelet shows the sidecar to be let drain it: peers of the pod network must not be able
// to. Derived from the guide's uid, so it needs no storage and never changes.
std::string drainToken(const api::ShoppingGuide& guide);

}  // namespace shopkeeper::specs
