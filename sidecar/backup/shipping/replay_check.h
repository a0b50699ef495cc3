// Whether the objects of a stream fit together, and how far to replay them. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sidecar/backup/shipping/shipment.h"

namespace shopkeeper::backup {

// The base copies there are, the newest first, each with its pieces' count.
struct BaseName {
  std::string stream;
  std::uint64_t number = 0;
  std::uint64_t pieces = 0;
  bool operator==(const BaseName&) const = default;
};
std::vector<BaseName> basesOf(const std::vector<ShipmentName>& names);

// Follows the log parts after a base copy, one by one.
class ReplayCheck {
 public:
  ReplayCheck(const BasePart& base, WallTime at) : base_(base), at_(at), sequence_(base.sequence) {}

  std::uint64_t nextSequence() const { return sequence_; }

  // Corrupt where it does not follow the one before. `hash`: of the object as it is stored.
  Status take(const Shipment& shipment, const std::string& hash);

  // A commit after `at` was seen: nothing that follows matters.
  bool passed() const { return passed_; }

  struct Until {
    LogPosition position;
    WallTime time;
  };
  // The last commit by `at`; none where the base needs more of the log than there is by then.
  std::optional<Until> until() const;

 private:
  const BasePart base_;
  const WallTime at_;
  std::uint64_t sequence_;
  std::string previous_;
  std::optional<LogPart> last_;
  std::uint64_t lastBytes_ = 0;
  bool passed_ = false;
  std::optional<Until> until_;
};

}  // namespace shopkeeper::backup
