#include "sidecar/proxy/revision_split.h"

namespace shopkeeper::sidecar {

void RevisionSplit::set(std::span<const wire::RevisionWeight> revisions) {
  ranges_.clear();
  total_ = 0;
  const int count = static_cast<int>(revisions.size());
  const auto add = [&](int index) {
    const double weight = revisions[static_cast<std::size_t>(index)].weight;
    ranges_.push_back({index, weight});
    total_ += weight;
  };
  if (count > 0) add(0);
  if (count > 1) add(count - 1);
  for (int index = 1; index < count - 1; ++index) add(index);
}

}  // namespace shopkeeper::sidecar
