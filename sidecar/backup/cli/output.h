// What the program says, to people or as JSON lines to the sidecar, and how it ends.
#pragma once

#include <string>

#include "common/result.h"
#include "sidecar/backup/check_run.h"
#include "sidecar/backup/restore_run.h"

namespace shopkeeper::backup {

enum ExitCode {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kDamaged = 3,  // check: something is missing or not what it should be
  kWrongPassword = 4,
  kNoRepository = 5,  // it is not there, or is not the expected one
  kTryAgain = 6,      // locked, or the store cannot be reached: the same call may succeed later
  kCancelled = 7
};

// Each result is one line {"type": "...", ...} where `json`, else sentences. Not thread-safe.
class Output {
 public:
  explicit Output(bool json) : json_(json) {}

  ProgressSink progress();
  void repository(const char* done, const Repository& repository);
  void backup(const BackupReport& report);
  void restore(const RestoreReport& report);
  void snapshots(const std::vector<StoredSnapshot>& snapshots);
  void keys(const std::vector<std::pair<Id, KeyFile>>& keys, const Id& current);
  ExitCode check(const CheckReport& report);
  // To the standard error, or as a line of type "error".
  ExitCode error(const Error& error);
  // The same where a repository could not be opened: not there, or not the expected one.
  ExitCode noRepository(const Error& error);

 private:
  const bool json_;
};

}  // namespace shopkeeper::backup
