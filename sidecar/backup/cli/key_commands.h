// The passwords of a repository: listed, added, replaced, removed.
#pragma once

#include <string>

#include "common/clock.h"
#include "sidecar/backup/cli/output.h"
#include "sidecar/backup/repository/repository.h"

namespace shopkeeper::backup {

ExitCode listKeys(Repository& repository, Output& output);
ExitCode addKey(Repository& repository, const std::string& newPasswordFile, const Clock& clock,
                Output& output);
// The new one first: there is no instant without a password that opens.
ExitCode replaceKey(Repository& repository, const std::string& newPasswordFile, const Clock& clock,
                    Output& output);
// `which`: the beginning of an id. Never the key in use, so that one is always left.
ExitCode removeKey(Repository& repository, const std::string& which, const Clock& clock,
                   Output& output);

}  // namespace shopkeeper::backup
