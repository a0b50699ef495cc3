// A database as it was at an instant, from what a Shipper stored.
#pragma once

#include <string>

#include "common/clock.h"
#include "common/result.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/shipping/shipment.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

struct ReplayOrder {
  std::string prefix;    // as for shipmentKey()
  std::string database;  // file name it had: "knowledge.db"
  WallTime at;           // WallTime::max(): the newest there is
  std::string target;    // path of the file to make
};

struct Replayed {
  std::string stream;
  WallTime asOf;  // holds what was committed by then, and nothing later than `at`
  std::uint64_t objects = 0;
};

// The file appears at its path only when everything was read, every object fitted its predecessor,
// and SQLite found the database whole. Errors: AlreadyExists (the target), NotFound (nothing from
// so early), Corrupt (which object is damaged or missing).
Result<Replayed> replay(ObjectStore& store, const SealingKey& key, const ReplayOrder& order);

}  // namespace shopkeeper::backup
