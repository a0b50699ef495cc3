// The copy of the catalogue that a service keeps on its disk, to start and answer without
// knowledge.
//
// Format: gzip of JSON Lines. First {"kind":"snapshot","version","products":n,"answers":m}, then
// the products and answers, last {"kind":"end"}. gzip's CRC-32 and length make damage visible.
#pragma once

#include <memory>
#include <string>

#include "common/result.h"
#include "services/catalog/follower.h"

namespace shopkeeper::catalog {

// Replaces the file at `path` whole or leaves it as it was.
Status saveSnapshot(const Snapshot& snapshot, const std::string& path);

// NotFound where there is no file; Corrupt, naming what is wrong, where it is not whole.
Result<std::shared_ptr<const Snapshot>> loadSnapshot(const std::string& path);

}  // namespace shopkeeper::catalog
