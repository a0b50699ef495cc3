// What a pod's backup agent reports to the operator once a second, and what it is ordered to do.
// JSON objects; fields are named as the members are, but "namespace".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"

namespace shopkeeper::wire {

enum class BackupTaskKind { Backup, Seal, Restore, Verify, Discard };

struct BackupTask {
  std::string id;  // unique for ever, e.g. "<GuideBackup uid>-knowledge"
  BackupTaskKind kind = BackupTaskKind::Backup;
  std::string point;       // Backup, Seal, Restore: name of the recovery point
  std::string time;        // Backup: the instant the schedule meant (RFC 3339); empty: now
  std::string sourceHost;  // Restore: whose snapshots, "<guide>-<component>"; empty: own
  std::string at;          // Restore: RFC 3339, or "newest"; empty: exactly the point's snapshot
  std::string snapshot;    // Restore: id; empty: chosen by sourceHost and at or point
  std::vector<std::string> tables;  // Restore, knowledge: only these are replaced; empty: all
  bool force = false;               // Restore: over data that is newer than what is restored
  bool damage = false;              // Restore: negative control: a byte of what is read is flipped
  bool prepareOnly = false;         // Restore: prepared and verified beside, then removed
  std::string document;             // Seal: the manifest (JSON), signed and stored for `point`
  int group = 0, groups = 0;        // Verify: pack group `group` of `groups`
  std::string restore;              // Discard: the Restore task whose replaced data is removed
  bool operator==(const BackupTask&) const = default;
};

enum class BackupTaskPhase { Waiting, Running, Succeeded, Failed, Cancelled };

struct BackupTaskState {
  std::string id;
  BackupTaskPhase phase = BackupTaskPhase::Waiting;
  std::string step;  // "copying", "storing", "reading", "verifying", "ready to swap"
  std::uint64_t files = 0, totalFiles = 0, bytes = 0, totalBytes = 0, newBytes = 0;
  std::uint64_t secondsLeft = 0;
  std::string message;     // Failed: one sentence
  bool retryable = false;  // Failed: the same again may succeed
  // Results, where the kind has them.
  std::string snapshot, asOf;
  std::string sha256;  // of the database file, or of the tree: over its sorted "path sha256" lines
  std::uint64_t storedBytes = 0;
  std::vector<std::pair<std::string, std::uint64_t>> rows;  // knowledge: rows of each table
  double seconds = 0;
  bool operator==(const BackupTaskState&) const = default;
};

// What was done before the service was let start.
struct BackupGate {
  std::string state;     // "Open", "Restoring", "Waiting"
  std::string message;   // why it is not open, or opened without data
  std::string restored;  // "", a snapshot's id or "shipping"
  std::string asOf;      // RFC 3339, of what was restored
  double seconds = 0;
  std::string swapped;  // the Restore task whose data was put in place at this start
  bool operator==(const BackupGate&) const = default;
};

struct BackupShipping {
  bool active = false, restorable = false;
  std::string shippedUpTo;  // RFC 3339; all that was committed by then is in the repository
  double lagSeconds = 0;
  std::uint64_t logBytes = 0, streamsBroken = 0;
  std::string trouble;
  bool operator==(const BackupShipping&) const = default;
};

struct BackupReport {
  std::string guide, nameSpace, component, pod, version;
  std::uint64_t sequence = 0;                   // counts up from 1 within one run of the agent
  std::string repositoryId, repositoryTrouble;  // id "": none there, or not known
  BackupGate gate;
  BackupShipping shipping;
  std::vector<BackupTaskState> tasks;
  bool operator==(const BackupReport&) const = default;
};

struct BackupOrders {
  bool initialize = false;   // the agent may make a repository where there is none
  std::string repositoryId;  // expected: any other is refused and reported as trouble
  std::vector<BackupTask> tasks;
  bool operator==(const BackupOrders&) const = default;
};

std::string_view toString(BackupTaskKind kind);
std::string_view toString(BackupTaskPhase phase);

std::string toJson(const BackupTask& task);
std::string toJson(const BackupTaskState& state);
std::string toJson(const BackupReport& report);
std::string toJson(const BackupOrders& orders);
// InvalidArgument naming the field where the text is something else. Unknown fields are ignored.
Result<BackupTask> parseBackupTask(std::string_view json);
Result<BackupTaskState> parseBackupTaskState(std::string_view json);
Result<BackupReport> parseBackupReport(std::string_view json);
Result<BackupOrders> parseBackupOrders(std::string_view json);

}  // namespace shopkeeper::wire
