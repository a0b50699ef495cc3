// One backup: from files to a snapshot.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/random.h"
#include "sidecar/backup/progress.h"
#include "sidecar/backup/repository/lock.h"
#include "sidecar/backup/repository/pack_writer.h"
#include "sidecar/backup/repository/repository.h"
#include "sidecar/backup/source_walker.h"

namespace shopkeeper::backup {

enum class Chunker { Rabin, FastCdc };

struct BackupOptions {
  std::vector<std::string> paths;     // absolute
  std::vector<std::string> excludes;  // see exclude_rules.h
  std::vector<std::string> tags;
  std::string host;  // "": this machine's name
  Chunker chunker = Chunker::Rabin;
  // What files are compared with, so that only changed ones are read: "auto" (the newest snapshot
  // of this host and these paths), "none" (all are read), or a snapshot's id.
  std::string parent = "auto";
  std::optional<Timestamp> time;  // the instant the files stand for; else now
  bool allowEmpty = false;        // a backup without a single file is none, unless one says so
  unsigned workers = 2;           // threads that hash, compress and seal
  int compression = 3;            // of zstd
  PackWriterOptions packs;
  LockTimes lock;
  std::chrono::milliseconds progressInterval{1000};
};

struct BackupReport {
  Id snapshot;
  std::optional<Id> parent;
  WalkCounts walked;
  PackWriter::Counts added;
  std::uint64_t bytes = 0;  // of all files
  std::chrono::milliseconds duration{0};
};

// What a run stands on; all outlive it.
struct RunContext {
  Repository& repository;
  const Clock& clock;
  Random& random;
  std::stop_token stop;
  ProgressSink progress;  // may be empty
};

// Packs, then their index, then the snapshot: a run that fails, is cancelled or killed leaves a
// valid repository, and what it stored is not stored again. Cancelled; NotFound and
// PermissionDenied for paths; else the store's errors.
Result<BackupReport> runBackup(const RunContext& context, const BackupOptions& options);

}  // namespace shopkeeper::backup
