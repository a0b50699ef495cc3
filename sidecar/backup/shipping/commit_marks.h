// When a log had grown how far: what makes it possible to restore to an instant. Pure.
#pragma once

#include <vector>

#include "common/clock.h"
#include "sidecar/backup/shipping/shipment.h"

namespace shopkeeper::backup {

// Not thread-safe.
class CommitMarks {
 public:
  // Where more are noted than this, every other one is dropped: coarser in time, never wrong.
  static constexpr std::size_t kMost = 20'000;

  // At `time` everything committed lay before `end` of the log `salt`. Remembered only where it
  // changed; a clock that was set back stands still.
  void note(const LogSalt& salt, WallTime time, std::uint64_t end);

  // Those of the log `salt` up to `end`, which are forgotten, with all of earlier logs.
  std::vector<CommitMark> take(const LogSalt& salt, std::uint64_t end);

  // Whether the log was seen to reach beyond `end`.
  bool seenBeyond(const LogSalt& salt, std::uint64_t end) const;

 private:
  struct Noted {
    LogSalt salt;
    CommitMark mark;
  };
  std::vector<Noted> noted_;
  bool any_ = false;
  LogSalt lastSalt_{};
  CommitMark last_{};
};

}  // namespace shopkeeper::backup
