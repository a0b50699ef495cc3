// restic's locks: files that say who works on a repository, which every program of it respects.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "common/clock.h"
#include "sidecar/backup/repository/repository.h"

namespace shopkeeper::backup {

struct LockTimes {
  std::chrono::milliseconds settle{200};  // between writing the file and looking for rivals
  std::chrono::seconds refresh{300};
  std::chrono::minutes stale{30};  // an older file's writer is dead
};

// Held while it lives; refreshed by a thread of its own. Thread-safe.
//
// Shared by backups, restores and checks; exclusive for who removes files. Conflict, retryable,
// where another's lock is in the way. A lock is taken away where it is older than `stale`, or where
// its writer ran on this host and its process is gone.
class RepositoryLock {
 public:
  static Result<std::unique_ptr<RepositoryLock>> acquire(Repository& repository, bool exclusive,
                                                         const Clock& clock, LockTimes times = {});
  ~RepositoryLock();
  RepositoryLock(const RepositoryLock&) = delete;
  RepositoryLock& operator=(const RepositoryLock&) = delete;

  // Unavailable where the lock could not be refreshed for so long that others take it for stale:
  // nothing may be concluded from what was found since.
  Status held() const;

 private:
  RepositoryLock(Repository& repository, bool exclusive, const Clock& clock, LockTimes times);

  LockFile describeSelf() const;
  Status checkRivals();
  bool dead(const LockFile& lock) const;
  Status write();
  void keep(const std::stop_token& stop);

  Repository& repository_;
  const Clock& clock_;
  const LockTimes times_;
  const bool exclusive_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Id> file_;
  MonotonicTime written_;
  std::jthread keeper_;
};

}  // namespace shopkeeper::backup
