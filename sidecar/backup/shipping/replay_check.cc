#include "sidecar/backup/shipping/replay_check.h"

#include <algorithm>
#include <map>

namespace shopkeeper::backup {

std::vector<BaseName> basesOf(const std::vector<ShipmentName>& names) {
  std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> pieces;
  for (const auto& name : names) {
    if (name.isLog) continue;
    auto& count = pieces[{name.stream, name.sequence}];
    count = std::max(count, name.piece + 1);
  }
  std::vector<BaseName> bases;
  for (const auto& [base, count] : pieces) bases.push_back({base.first, base.second, count});
  std::reverse(bases.begin(), bases.end());
  return bases;
}

Status ReplayCheck::take(const Shipment& shipment, const std::string& hash) {
  const Error misfit(ErrorCode::Corrupt, "object " + std::to_string(sequence_) + " of the stream " +
                                             shipment.stream + " does not follow the one before");
  if (!shipment.log || shipment.sequence != sequence_) return misfit;
  const LogPart& part = *shipment.log;
  if (!last_) {
    const bool first = part.begin.log == base_.from.log ||
                       (base_.from.end == 0 && part.begin.log > base_.from.log);
    if (!first || part.begin.end != 0) return misfit;
  } else if (shipment.previous != previous_) {
    return misfit;
  } else if (part.begin.log == last_->begin.log) {
    if (part.begin.end != last_->begin.end + lastBytes_ || part.salt != last_->salt) return misfit;
  } else {
    // The log before ended with a commit.
    const LogPosition end{last_->begin.log, last_->begin.end + lastBytes_};
    const bool whole = until_ && until_->position == end;
    if (part.begin != LogPosition{end.log + 1, 0} || !whole) {
      return misfit;
    }
  }
  for (const auto& mark : part.marks) {
    passed_ = passed_ || mark.time > at_;
    if (!passed_) until_ = Until{{part.begin.log, mark.end}, mark.time};
  }
  last_ = part;
  lastBytes_ = shipment.bytes.size();
  previous_ = hash;
  ++sequence_;
  return ok();
}

std::optional<ReplayCheck::Until> ReplayCheck::until() const {
  if (until_ && until_->position >= base_.from) return until_;
  if (base_.from.end == 0) return Until{base_.from, base_.time};
  return std::nullopt;
}

}  // namespace shopkeeper::backup
