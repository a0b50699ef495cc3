// Reading packs without the index.
#pragma once

#include <vector>

#include "sidecar/backup/repository/files.h"
#include "sidecar/backup/repository/pack.h"

namespace shopkeeper::backup {

// What a pack's own table lists. Corrupt where the table, or its sum with the file's size, is
// wrong.
Result<std::vector<PackEntry>> readPackTable(RepositoryFiles& files,
                                             const RepositoryFiles::Entry& pack, Cipher& cipher);

// The same from the whole pack in memory; its table is opened in place.
Result<std::vector<PackEntry>> readPackTable(std::span<std::byte> pack, Cipher& cipher);

}  // namespace shopkeeper::backup
