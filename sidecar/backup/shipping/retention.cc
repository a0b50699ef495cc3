#include "sidecar/backup/shipping/retention.h"

#include <algorithm>
#include <tuple>

#include "sidecar/backup/shipping/replay_check.h"

namespace shopkeeper::backup {

std::vector<ShipmentName> unneeded(std::vector<ShipmentName> names,
                                   const std::vector<DatedBase>& bases, WallTime oldest) {
  const auto place = [](const DatedBase& base) { return std::tie(base.stream, base.number); };
  const DatedBase* anchor = nullptr;
  for (const auto& base : bases) {
    if (base.time > oldest) continue;
    if (anchor == nullptr || place(*anchor) < place(base)) anchor = &base;
  }
  if (anchor == nullptr) return {};
  std::erase_if(names, [&](const ShipmentName& name) {
    if (name.stream != anchor->stream) return name.stream > anchor->stream;
    return name.sequence >= (name.isLog ? anchor->firstSequence : anchor->number);
  });
  std::ranges::sort(names, [](const ShipmentName& left, const ShipmentName& right) {
    if (left.isLog != right.isLog) return right.isLog;
    return left.isLog ? left < right : right < left;
  });
  return names;
}

namespace {

std::string keyOf(const TrimOrder& order, const ShipmentName& name) {
  Shipment shipment;
  shipment.database = order.database;
  shipment.stream = name.stream;
  shipment.sequence = name.sequence;
  if (name.isLog) shipment.log.emplace();
  if (!name.isLog) shipment.base.emplace().piece = name.piece;
  return shipmentKey(order.prefix, shipment);
}

// The copies from the newest one on, up to the first that is old enough: older ones change nothing.
Result<std::vector<DatedBase>> datedBases(ObjectStore& store, const SealingKey& key,
                                          const TrimOrder& order,
                                          const std::vector<ShipmentName>& names) {
  std::vector<DatedBase> bases;
  for (const auto& base : basesOf(names)) {
    const std::string lastPiece = keyOf(order, {base.stream, false, base.number, base.pieces - 1});
    auto bytes = store.get(lastPiece);
    if (!bytes) return bytes.error();
    const auto last = decodeShipment(*std::move(bytes), key);
    if (!last) return last.error().within(lastPiece);
    if (!last->base || !last->base->last) continue;
    bases.push_back({base.stream, base.number, last->base->sequence, last->base->time});
    if (last->base->time <= order.oldest) break;
  }
  return bases;
}

}  // namespace

Result<Trimmed> trim(ObjectStore& store, const SealingKey& key, const TrimOrder& order) {
  const auto objects = store.list(order.prefix + order.database + "/");
  if (!objects) return objects.error();
  std::vector<ShipmentName> names;
  for (const auto& object : *objects) {
    if (auto name = parseShipmentKey(order.prefix, order.database, object.key)) {
      names.push_back(*std::move(name));
    }
  }
  const auto bases = datedBases(store, key, order, names);
  if (!bases) return bases.error();
  Trimmed trimmed;
  const std::size_t all = names.size();
  for (const auto& name : unneeded(std::move(names), *bases, order.oldest)) {
    if (const Status removed = store.remove(keyOf(order, name)); !removed) return removed.error();
    ++trimmed.removed;
  }
  trimmed.kept = all - trimmed.removed;
  return trimmed;
}

}  // namespace shopkeeper::backup
