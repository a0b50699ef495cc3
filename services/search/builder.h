// Builds an index file from a catalogue.
#pragma once

#include <string>

#include "common/result.h"
#include "services/catalog/follower.h"
#include "services/search/ranking.h"

namespace shopkeeper::search {

// Writes `file`, one immutable Xapian file, and syncs it. `scratch` is a directory that does not
// exist yet on the same file system; it is gone afterwards. Nothing is left of `file` on failure.
// Unavailable where the disk refuses, Internal where the result fails its verification.
Status buildIndex(const catalog::Snapshot& snapshot, const FieldWeights& weights,
                  const std::string& scratch, const std::string& file);

}  // namespace shopkeeper::search
