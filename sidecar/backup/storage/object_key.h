// Which names objects may have: the same for every store, so that a backup can move between them.
#pragma once

#include <string_view>

#include "common/result.h"

namespace shopkeeper::backup {

// At most 512 bytes: segments of [A-Za-z0-9._=-] joined by '/', none empty and none starting with
// a dot, which is where stores keep what is theirs. InvalidArgument otherwise.
Status checkKey(std::string_view key);

// The same for a prefix, which may be empty and may end within a segment or after its '/'.
Status checkPrefix(std::string_view prefix);

}  // namespace shopkeeper::backup
