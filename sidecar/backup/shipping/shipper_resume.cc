// How a shipper goes on with the stream of the one before it.
#include <algorithm>

#include "common/log.h"
#include "sidecar/backup/repository/sha256.h"
#include "sidecar/backup/shipping/replay_check.h"
#include "sidecar/backup/shipping/shipper.h"

namespace shopkeeper::backup {

// Compressed, so less than the log that is to be replayed.
std::uint64_t Shipper::storedSince(const std::vector<StoredObject>& objects,
                                   const std::string& stream, std::uint64_t sequence) const {
  std::uint64_t bytes = 0;
  for (const auto& object : objects) {
    const auto name = parseShipmentKey(prefix_, database_, object.key);
    if (name && name->isLog && name->stream == stream && name->sequence >= sequence) {
      bytes += object.size;
    }
  }
  return bytes;
}

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
    if (!resumed) log::warn("the stream of changes so far has ended", resumed.error());
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
  for (const auto& name : names) {
    if (name.stream == stream && name.isLog && (lastLog == nullptr || *lastLog < name)) {
      lastLog = &name;
    }
  }
  if (lastLog == nullptr) return false;

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
  // A copy that was being made is left as it is, and its number not used again.
  std::optional<Shipment> base;
  std::uint64_t lastNumber = 0;
  for (const auto& each : basesOf(names)) {
    if (each.stream != stream) break;  // the newest stream's come first
    lastNumber = std::max(lastNumber, each.number);
    auto last = read({stream, false, each.number, each.pieces - 1});
    if (!last) return last.error();
    if (!last->base || !last->base->last) continue;
    base = *std::move(last);
    break;
  }
  if (!base) return false;  // it never became restorable
  const auto log = read(*lastLog);
  if (!log) return log.error();
  if (!log->log) return Error(ErrorCode::Corrupt, "a base copy in the place of a log");
  if (const Status same = collector_->resume(*log->log, log->bytes.size()); !same) {
    return same.error();
  }
  sequence_ = log->sequence;
  firstSequenceOfLog_ = log->log->firstSequence;
  lastBaseNumber_ = lastNumber;
  // As old as it is, so that shippers that live shortly make copies too.
  lastBaseAt_ = clock_.now() - std::max(Duration(0), Duration(clock_.wallNow() - base->base->time));
  logBytesSinceBase_ = storedSince(objects, stream, base->base->sequence);
  const std::lock_guard lock(stateMutex_);
  state_.stream = stream;
  state_.restorable = true;
  return true;
}

}  // namespace shopkeeper::backup
