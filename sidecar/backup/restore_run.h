// One restore: from a snapshot to files.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sidecar/backup/backup_run.h"
#include "sidecar/backup/snapshots.h"

namespace shopkeeper::backup {

// What may be at the target already.
enum class ExistingTarget {
  Refuse,  // nothing, or an empty directory
  Replace  // anything: it is kept beside, under the name in the report
};

struct RestoreOptions {
  std::string snapshot = "latest";  // an id, the beginning of one, or "latest" with the filter
  SnapshotFilter filter;
  std::string from = "/";  // what in the snapshot becomes the target: a directory or one file
  std::string target;
  ExistingTarget existing = ExistingTarget::Refuse;
  bool allowEmpty = false;  // a restore that makes not a single file has failed, unless one says so
  unsigned threads = 2;
  LockTimes lock;
  std::chrono::milliseconds progressInterval{1000};
};

struct RestoreReport {
  Id snapshot;
  Timestamp time;  // of the snapshot
  std::uint64_t files = 0, directories = 0, others = 0, hardLinks = 0, bytes = 0;
  // Left out for want of rights: see RestoreOmissions.
  std::uint64_t owners = 0, attributes = 0, specials = 0;
  std::string kept;  // where the replaced target is now
  std::chrono::milliseconds duration{0};
};

// Everything is prepared beside the target, made durable, and put in place by one rename: the
// target is as before, or is whole. NotFound: no such snapshot, path or blob; Corrupt: a blob is
// not what it should be; AlreadyExists: there is something at the target; Cancelled; else of files
// and store.
Result<RestoreReport> runRestore(const RunContext& context, const RestoreOptions& options);

}  // namespace shopkeeper::backup
