// Which revision of an upstream a request goes to. Pure.
#pragma once

#include <span>
#include <vector>

#include "common/wire/directives.h"

namespace shopkeeper::sidecar {

// Positions in [0, 1), a user's bucket or a number of a sequence, are cut into one range a
// revision. The list's first revision is the newest and its range begins at 0; the last one, the
// stable one, follows; any between are at the end. So when the newest grows at the stable one's
// cost (or one between shrinks in its favour), people only move between those two.
// Not thread-safe.
class RevisionSplit {
 public:
  void set(std::span<const wire::RevisionWeight> revisions);

  // Index in the list given to set(). Where that revision does not serve, its people are spread
  // over those that do by their weights, then over those of weight 0 in order of the list; nobody
  // else moves. -1 where none serves. `serves(index)` says whether a revision has an endpoint that
  // can.
  template <class Serves>
  int choose(double position, Serves serves) const {
    double wanted = position * total_;
    const Range* own = nullptr;
    for (const Range& range : ranges_) {
      if (wanted < range.weight) {
        own = &range;
        break;
      }
      wanted -= range.weight;
    }
    if (own != nullptr && serves(own->index)) return own->index;
    double others = 0;
    for (const Range& range : ranges_) {
      if (&range != own && serves(range.index)) others += range.weight;
    }
    if (own != nullptr && others > 0) {
      wanted = wanted / own->weight * others;
      for (const Range& range : ranges_) {
        if (&range == own || !serves(range.index)) continue;
        if (wanted < range.weight) return range.index;
        wanted -= range.weight;
      }
    }
    for (int index = 0; index < static_cast<int>(ranges_.size()); ++index) {
      if (serves(index)) return index;
    }
    return -1;
  }

 private:
  struct Range {
    int index = 0;
    double weight = 0;
  };
  std::vector<Range> ranges_;  // in order of the positions
  double total_ = 0;
};

}  // namespace shopkeeper::sidecar
