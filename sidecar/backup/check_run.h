// Whether all that a repository promises is there and is what it should be.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/backup/backup_run.h"

namespace shopkeeper::backup {

// Some of the packs. Parts 1 to `of` are all of them, and the official program takes the same ones
// (by the first byte of their ids); `percent` draws lots.
struct PackSubset {
  unsigned part = 1, of = 1;  // of: at most 256
  double percent = 100;

  // "2/7" or "2.5%"; InvalidArgument.
  static Result<PackSubset> parse(std::string_view text);
};

struct CheckOptions {
  // Also reads packs: whether the bytes are right, not only there.
  bool readData = false;
  PackSubset subset;
  unsigned threads = 2;
  LockTimes lock;
  std::chrono::milliseconds progressInterval{1000};
};

// One damaged or missing file or blob, by kind and id.
struct Damage {
  std::string kind;  // "pack", "index", "snapshot", "key", "tree blob", "data blob"
  std::string id;
  std::string sentence;
};

struct CheckReport {
  std::vector<Damage> damages;  // empty: all is well
  std::uint64_t snapshots = 0, trees = 0, blobs = 0, packs = 0;
  std::uint64_t strayPacks = 0;  // of runs that were killed: no damage, the next backup uses them
  std::uint64_t packsRead = 0, bytesRead = 0;
  std::chrono::milliseconds duration{0};
};

// An error only where the check itself could not be done: cancelled, locked, the store is away.
Result<CheckReport> runCheck(const RunContext& context, const CheckOptions& options);

// Reads one pack and compares everything in it with what the index says of it. Corrupt, saying how.
Status verifyPack(Repository& repository, const Id& pack, const std::vector<PackEntry>& entries,
                  BlobOpener& opener, std::uint64_t& bytesRead);

}  // namespace shopkeeper::backup
