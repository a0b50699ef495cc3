// How a shipper goes on with the stream of the one before it.
#include <algorithm>

#include "sidecar/backup/repository/sha256.h"
#include "sidecar/backup/shipping/shipper.h"

namespace shopkeeper::backup {

// Whether the store answers is asked first: without it the log must not be held.
Status Shipper::openAndBegin() {
  const auto objects = store_->list(prefix_ + database_ + "/");
  if (!objects) return objects.error();
  base_.reset();
  unsure_.reset();
  if (const Status opened = open(); !opened) return opened;
  const auto resumed = resume(*objects);
  if (resumed && *resumed) return ok();
  Status begun = ok();
  if (!resumed && resumed.error().code() != ErrorCode::Gone &&
      resumed.error().code() != ErrorCode::Corrupt) {
    begun = resumed.error();
  } else {
    begun = startStream();
  }
  if (!begun) close();
  return begun;
}

// False: there is nothing to go on with.
Result<bool> Shipper::resume(const std::vector<StoredObject>& objects) {
  std::vector<ShipmentName> names;
  for (const auto& object : objects) {
    if (const auto name = parseShipmentKey(prefix_, database_, object.key)) names.push_back(*name);
  }
  if (names.empty()) return false;
  const std::string stream = std::ranges::max_element(names, {}, &ShipmentName::stream)->stream;
  const ShipmentName* lastLog = nullptr;
  const ShipmentName* lastBase = nullptr;
  for (const auto& name : names) {
    if (name.stream != stream) continue;
    const ShipmentName*& last = name.isLog ? lastLog : lastBase;
    if (last == nullptr || *last < name) last = &name;
  }
  if (lastLog == nullptr || lastBase == nullptr) return false;

  const auto read = [&](const ShipmentName& name) -> Result<Shipment> {
    Shipment asked;
    asked.database = database_;
    asked.stream = name.stream;
    asked.sequence = name.sequence;
    if (name.isLog) asked.log.emplace();
    if (!name.isLog) asked.base.emplace().piece = name.piece;
    auto bytes = store_->get(shipmentKey(prefix_, asked));
    if (!bytes) return bytes.error();
    if (name.isLog) previous_ = toHex(sha256(*bytes));
    return decodeShipment(std::move(*bytes), key_);
  };
  const auto base = read(*lastBase);
  if (!base) return base.error();
  if (!base->base || !base->base->last) return false;  // it never became restorable
  const auto log = read(*lastLog);
  if (!log) return log.error();
  if (!log->log) return Error(ErrorCode::Corrupt, "a base copy in the place of a log");
  if (const Status same = collector_->resume(*log->log, log->bytes.size()); !same) {
    return same.error();
  }
  sequence_ = log->sequence;
  firstSequenceOfLog_ = log->log->firstSequence;
  lastBaseNumber_ = base->sequence;
  lastBaseAt_ = clock_.now();
  logBytesSinceBase_ = log->log->begin.end + log->bytes.size();
  const std::lock_guard lock(stateMutex_);
  state_.stream = stream;
  state_.restorable = true;
  return true;
}

}  // namespace shopkeeper::backup
