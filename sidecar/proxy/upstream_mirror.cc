// Which requests a mirror gets a copy of.
#include <algorithm>

#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

// Mirrors that stay keep their counts.
void Upstream::configureMirrors(const std::vector<wire::Mirror>& specs) {
  std::vector<MirrorState> next;
  for (const wire::Mirror& spec : specs) {
    const auto old = std::find_if(mirrors_.begin(), mirrors_.end(), [&](const auto& each) {
      return each.spec.version == spec.version;
    });
    MirrorView counts;
    counts.version = spec.version;
    if (old != mirrors_.end()) counts = old->counts;
    next.push_back({spec, LowDiscrepancy(LowDiscrepancy::kGoldenRatio), counts});
  }
  mirrors_.swap(next);
}

std::optional<MirrorPick> Upstream::pickMirror() {
  std::lock_guard lock(mutex_);
  for (MirrorState& mirror : mirrors_) {
    if (mirror.turns.next() * 100 >= mirror.spec.percent) continue;
    EndpointSlot* chosen = nullptr;
    for (const auto& slot : slots_) {
      if (slot->spec.version != mirror.spec.version || !slot->allowed() || slot->leaving())
        continue;
      if (!slot->health.healthy()) continue;
      // The one that had the fewest: copies are spread without a choice of their own.
      if (chosen == nullptr || slot->copies < chosen->copies) chosen = slot.get();
    }
    if (chosen == nullptr) continue;
    ++chosen->copies;
    ++mirror.counts.sent;
    return MirrorPick{mirror.spec.version, mirror.spec.compare, chosen->id};
  }
  return std::nullopt;
}

void Upstream::mirrored(const std::string& version, MirrorResult result) {
  std::lock_guard lock(mutex_);
  for (MirrorState& mirror : mirrors_) {
    if (mirror.spec.version != version) continue;
    mirror.counts.same += result == MirrorResult::Same;
    mirror.counts.different += result == MirrorResult::Different;
    mirror.counts.failed += result == MirrorResult::Failed;
  }
}

}  // namespace shopkeeper::sidecar
