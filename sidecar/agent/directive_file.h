// The last directives on disk, so that a restarted sidecar serves before the operator answers.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "common/wire/directives.h"

namespace shopkeeper::sidecar {

// Replaces the file as a whole: write beside it, fsync, rename, fsync of the directory. A crash at
// any point leaves the old or the new one.
Status saveDirectives(const std::string& stateDir, const wire::Directives& directives);

// Nothing where there is no file; Corrupt where it cannot be read as directives.
Result<std::optional<wire::Directives>> loadDirectives(const std::string& stateDir);

}  // namespace shopkeeper::sidecar
