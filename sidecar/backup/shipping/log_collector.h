// Collects what is committed to a database's log, transaction by transaction, into parts to ship.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "common/clock.h"
#include "sidecar/backup/shipping/commit_marks.h"
#include "sidecar/backup/shipping/database_files.h"
#include "sidecar/backup/shipping/shipment.h"

namespace shopkeeper::backup {

struct CollectorRules {
  std::uint64_t maxPartBytes = 4 << 20;
  // Collected and not taken yet; more stays in the log, which is kept from being overwritten.
  std::uint64_t maxPendingBytes = 16 << 20;
  // Pins would keep the log from ever beginning anew under steady writes; from this size on the
  // collector arranges for it. SQLite's own checkpoints begin at 4 MB.
  std::uint64_t tidyAtBytes = 8 << 20;
};

struct CollectedPart {
  LogPart part;
  Bytes bytes;
};

// Gone as an error means that something may be missing: begin a new stream. Of the functions only
// sample() may be called from another thread.
class LogCollector {
 public:
  LogCollector(DatabaseFiles& files, CollectorRules rules, const Clock& clock)
      : files_(files), rules_(rules), clock_(clock) {}

  // A new stream: log 0 is the one there is, from its beginning.
  Status startAnew();
  // Goes on behind a part that was shipped; Gone where the log is not the same any more.
  Status resume(const LogPart& last, std::uint64_t lastBytes);

  // Notes what is committed now, for restoring to this instant.
  Result<LogIndex> sample();

  // Everything that was committed when it was called; false: as far as pending() may grow.
  Result<bool> collect();
  std::deque<CollectedPart>& pending() { return pending_; }
  // How much is committed and not collected.
  Result<std::uint64_t> backlog() const;
  LogPosition collected() const { return {log_, end_}; }

  // For a base copy, whose pin is held: the place it needs the log up to. Nothing where the log
  // has just begun anew: collect first.
  Result<std::optional<LogPosition>> placeOfBase();

  // Where the log is long: lets SQLite begin a new one, keeping writers out for a moment.
  Status tidy();

 private:
  Result<bool> collectPinned();
  Status moveTo(const LogIndex& index);
  Status readPart(std::uint64_t limit);
  Status tidyLocked();

  DatabaseFiles& files_;
  const CollectorRules rules_;
  const Clock& clock_;

  std::uint64_t log_ = 0;
  LogSalt salt_{};
  std::uint64_t end_ = 0;            // collected so far of this log
  std::optional<LogReader> reader_;  // has taken as much; none: end_ is 0
  bool fresh_ = false;               // nothing of this stream was collected yet
  bool empty_ = false;               // nothing was committed to it when the pin that is held began
  std::deque<CollectedPart> pending_;
  LogPosition tidied_;  // where the log ended when it was tidied last

  std::mutex marksMutex_;
  CommitMarks marks_;
};

}  // namespace shopkeeper::backup
