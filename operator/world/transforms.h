// What the caches forget before they store an object.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace shopkeeper::world {

// Keeps what viewPod() reads: a tenth of a pod.
void prunePod(nlohmann::json& pod);
// Keeps name and labels: the zone is all that is asked of a node.
void pruneNode(nlohmann::json& node);

}  // namespace shopkeeper::world
