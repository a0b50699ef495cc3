// Which shipped changes nobody needs any more.
#pragma once

#include <string>
#include <vector>

#include "common/clock.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/shipping/shipment.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

// A complete copy.
struct DatedBase {
  std::string stream;
  std::uint64_t number = 0;
  std::uint64_t firstSequence = 0;  // of the log it needs
  WallTime time;                    // from when on it can be used
};

// What restoring to `oldest` and later does without: all that is older than the newest copy from
// no later than `oldest`; nothing where there is no such copy. In an order in which removal may end
// anywhere: copies first, each from its end, so that what is left of one is not taken for whole.
// Pure.
std::vector<ShipmentName> unneeded(std::vector<ShipmentName> names,
                                   const std::vector<DatedBase>& bases, WallTime oldest);

struct TrimOrder {
  std::string prefix, database;  // as for ReplayOrder
  WallTime oldest;               // the oldest instant that must stay restorable
};

struct Trimmed {
  std::uint64_t removed = 0, kept = 0;  // objects
};

// May be repeated after any error. PermissionDenied where the credentials can only add: then
// nothing was removed. A Shipper may be at work meanwhile; it removes nothing itself.
Result<Trimmed> trim(ObjectStore& store, const SealingKey& key, const TrimOrder& order);

}  // namespace shopkeeper::backup
