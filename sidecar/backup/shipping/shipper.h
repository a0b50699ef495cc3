// Ships a database's changes: a copy of it, and every second what was committed since.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/random.h"
#include "sidecar/backup/shipping/log_collector.h"

namespace shopkeeper::backup {

struct ShippingRules {
  CollectorRules collector;
  std::uint64_t basePieceBytes = 4 << 20;
  // A new base copy after so much of the log or so long (where anything changed), so that a restore
  // has little to replay.
  std::uint64_t baseAfterLogBytes = 256 << 20;
  Duration baseAfter = std::chrono::hours(24);
  // While the store takes nothing the log grows on the database's volume. Beyond this the changes
  // are given up, and a new stream begins with a copy once the store is back.
  std::uint64_t maxBacklogBytes = 256 << 20;
  // A log beyond this is warned of.
  std::uint64_t longLogBytes = 128 << 20;
};

struct ShippingState {
  std::string stream;
  bool restorable = false;  // a base copy is complete
  // Everything committed by then is in the store; nothing before the first time.
  std::optional<WallTime> shippedUpTo;
  std::uint64_t objects = 0, bytes = 0;  // stored by this process
  std::uint64_t streamsBroken = 0;
  // Of the log on the database's volume. It grows while a copy is made, while the store is away,
  // and where a writer leaves the shipper no gap to let SQLite begin it anew.
  std::uint64_t logBytes = 0;
};

// tick() from one thread, sample() and state() from any.
class Shipper {
 public:
  // `prefix` as for shipmentKey().
  Shipper(std::string databasePath, std::shared_ptr<ObjectStore> store, std::string prefix,
          const SealingKey& key, ShippingRules rules, const Clock& clock, Random& random);
  ~Shipper();

  // Collects and ships; at most one piece of a base copy. True: there is more to do right away.
  // After an error call it again later; nothing is lost by that.
  Result<bool> tick();
  // Notes the time of what is committed now: restoring is as exact as this is frequent.
  void sample();
  ShippingState state() const;

 private:
  struct Stored {
    std::string key;
    Bytes bytes;
    std::string hash;
  };
  struct Base {
    BasePart next;
    std::uint64_t number = 0;
    std::uint64_t fileBytes = 0;
    std::string previous;
    std::optional<Stored> unsure;  // a piece that may or may not have been stored
  };

  Status open();
  void close();
  Status openAndBegin();
  Result<bool> resume(const std::vector<StoredObject>& objects);
  std::uint64_t storedSince(const std::vector<StoredObject>& objects, const std::string& stream,
                            std::uint64_t sequence) const;
  Status startStream();
  Result<bool> collect();
  Status shipPending();
  Status shipPart();
  void giveUp(const Error& why);
  void watchLog();
  bool baseWanted() const;
  Status beginBase();
  Status shipBasePiece();
  Shipment shipmentOf(std::uint64_t sequence, const std::string& previous) const;
  Stored encode(const Shipment& shipment) const;
  Status put(const Stored& stored);

  const std::string path_, database_, prefix_;
  const std::shared_ptr<ObjectStore> store_;
  const SealingKey key_;
  const ShippingRules rules_;
  const Clock& clock_;
  Random& random_;

  std::mutex collectorMutex_;  // while the collector changes, nobody samples
  std::unique_ptr<DatabaseFiles> files_;
  std::unique_ptr<LogCollector> collector_;

  std::uint64_t sequence_ = 0;  // of the last part that was stored
  std::string previous_;
  std::uint64_t firstSequenceOfLog_ = 1;
  std::optional<Stored> unsure_;  // the next part, which may or may not have been stored
  std::optional<Base> base_;      // being shipped
  std::uint64_t lastBaseNumber_ = 0;
  MonotonicTime lastBaseAt_;
  std::uint64_t logBytesSinceBase_ = 0;
  bool longLogSaid_ = false;

  mutable std::mutex stateMutex_;
  ShippingState state_;
};

}  // namespace shopkeeper::backup
