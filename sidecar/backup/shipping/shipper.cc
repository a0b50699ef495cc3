#include "sidecar/backup/shipping/shipper.h"

#include <algorithm>
#include <filesystem>

#include "common/log.h"
#include "sidecar/backup/repository/sha256.h"

namespace shopkeeper::backup {
namespace {

// "20261126T003550.123Z-1a2b3c4d": streams sort by their beginning.
std::string newStreamName(WallTime now, Random& random) {
  std::string name = toRfc3339(now) + "-" + randomHex(random, 4);
  const std::size_t date = name.find('T');
  std::erase_if(name, [](char c) { return c == ':'; });
  name.erase(std::remove(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(date), '-'),
             name.begin() + static_cast<std::ptrdiff_t>(date));
  return name;
}

}  // namespace

Shipper::Shipper(std::string databasePath, std::shared_ptr<ObjectStore> store, std::string prefix,
                 const SealingKey& key, ShippingRules rules, const Clock& clock, Random& random)
    : path_(std::move(databasePath)),
      database_(std::filesystem::path(path_).filename().string()),
      prefix_(std::move(prefix)),
      store_(std::move(store)),
      key_(key),
      rules_(rules),
      clock_(clock),
      random_(random) {}

Shipper::~Shipper() = default;

ShippingState Shipper::state() const {
  const std::lock_guard lock(stateMutex_);
  return state_;
}

void Shipper::sample() {
  const std::lock_guard lock(collectorMutex_);
  if (collector_ != nullptr) (void)collector_->sample();  // the next tick says what is wrong
}

void Shipper::close() {
  const std::lock_guard lock(collectorMutex_);
  collector_.reset();
  files_.reset();
}

Status Shipper::open() {
  close();  // before they are opened again: closing takes the process's locks away
  auto opened = DatabaseFiles::open(path_);
  if (!opened) return opened.error();
  const std::lock_guard lock(collectorMutex_);
  files_ = std::move(*opened);
  collector_ = std::make_unique<LogCollector>(*files_, rules_.collector, clock_);
  return ok();
}

Result<bool> Shipper::tick() {
  if (collector_ == nullptr) {
    if (const Status begun = openAndBegin(); !begun) return begun.error();
  }
  const WallTime asOf = clock_.wallNow();
  const auto all = collect();
  watchLog();
  if (!all) return all.error();
  if (const Status shipped = shipPending(); !shipped) return shipped.error();
  if (*all) {
    const std::lock_guard lock(stateMutex_);
    state_.shippedUpTo = asOf;
  }
  if (!*all) return true;
  Status done = ok();
  if (base_) {
    done = shipBasePiece();  // by now what it needs of the log is stored
  } else if (baseWanted()) {
    done = beginBase();
  } else {
    done = collector_->tidy();
  }
  if (!done) return done.error();
  return base_.has_value();
}

// Where the stream is broken a new one begins, which has to begin with what is there now.
Result<bool> Shipper::collect() {
  auto all = collector_->collect();
  if (all || all.error().code() != ErrorCode::Gone) return all;
  giveUp(all.error());
  if (const Status begun = openAndBegin(); !begun) return begun.error();
  return collector_->collect();
}

// A log grows on the volume of the data; that must not come as a surprise.
void Shipper::watchLog() {
  const auto index = collector_ != nullptr ? files_->index() : Result<LogIndex>(LogIndex{});
  if (!index) return;
  const bool tooLong = index->end() > rules_.longLogBytes;
  if (tooLong && !longLogSaid_) {
    log::warn("the write-ahead log is long: its writer leaves no gap to begin it anew",
              {{"log.bytes", index->end()}});
  }
  longLogSaid_ = tooLong;
  const std::lock_guard lock(stateMutex_);
  state_.logBytes = index->end();
}

// Nothing is held any more, so that the log does not grow on and on while the store is away.
void Shipper::giveUp(const Error& why) {
  log::warn("the stream of changes ends here; a new one will begin", why);
  close();
  const std::lock_guard lock(stateMutex_);
  ++state_.streamsBroken;
  state_.restorable = false;
  state_.shippedUpTo.reset();
}

Status Shipper::startStream() {
  if (const Status begun = collector_->startAnew(); !begun) return begun;
  sequence_ = 0;
  previous_.clear();
  firstSequenceOfLog_ = 1;
  lastBaseNumber_ = 0;
  logBytesSinceBase_ = 0;
  const std::lock_guard lock(stateMutex_);
  state_.stream = newStreamName(clock_.wallNow(), random_);
  state_.restorable = false;
  state_.shippedUpTo.reset();
  return ok();
}

Shipment Shipper::shipmentOf(std::uint64_t sequence, const std::string& previous) const {
  Shipment shipment;
  shipment.database = database_;
  shipment.stream = state().stream;
  shipment.sequence = sequence;
  shipment.previous = previous;
  return shipment;
}

Shipper::Stored Shipper::encode(const Shipment& shipment) const {
  Bytes bytes = encodeShipment(shipment, key_);
  std::string hash = toHex(sha256(bytes));
  return {shipmentKey(prefix_, shipment), std::move(bytes), std::move(hash)};
}

// An object that is there already is ours where an earlier try stored it and its answer was lost.
Status Shipper::put(const Stored& stored) {
  const Status done = store_->put(stored.key, stored.bytes, PutMode::CreateOnly);
  if (!done && done.error().code() == ErrorCode::AlreadyExists) {
    const auto there = store_->get(stored.key);
    if (!there) return there.error();
    if (*there != stored.bytes) {
      return Error(ErrorCode::Gone, stored.key + " was written by somebody else", false);
    }
  } else if (!done) {
    return done;
  }
  const std::lock_guard lock(stateMutex_);
  ++state_.objects;
  state_.bytes += stored.bytes.size();
  return ok();
}

Status Shipper::shipPending() {
  while (!collector_->pending().empty()) {
    const Status shipped = shipPart();
    if (shipped) continue;
    const auto backlog = collector_->backlog();
    const bool tooMuch = backlog && *backlog > rules_.maxBacklogBytes;
    if (tooMuch || shipped.error().code() == ErrorCode::Gone) giveUp(shipped.error());
    return shipped;
  }
  return ok();
}

Status Shipper::shipPart() {
  const CollectedPart& first = collector_->pending().front();
  if (!unsure_) {
    if (first.part.begin.end == 0) firstSequenceOfLog_ = sequence_ + 1;
    Shipment shipment = shipmentOf(sequence_ + 1, previous_);
    shipment.log = first.part;
    shipment.log->firstSequence = firstSequenceOfLog_;
    shipment.bytes = first.bytes;
    unsure_ = encode(shipment);
  }
  if (const Status done = put(*unsure_); !done) return done;
  ++sequence_;
  logBytesSinceBase_ += first.bytes.size();
  previous_ = std::move(unsure_->hash);
  unsure_.reset();
  collector_->pending().pop_front();
  return ok();
}

bool Shipper::baseWanted() const {
  if (!collector_->pending().empty()) return false;
  if (lastBaseNumber_ == 0) return true;
  return logBytesSinceBase_ > rules_.baseAfterLogBytes ||
         (logBytesSinceBase_ > 0 && clock_.now() - lastBaseAt_ > rules_.baseAfter);
}

Status Shipper::beginBase() {
  if (const Status pinned = files_->pinBase(); !pinned) return pinned;
  const WallTime now = clock_.wallNow();
  const auto place = collector_->placeOfBase();
  const auto size = files_->databaseSize();
  if (!place || !*place || !size) {
    files_->releaseBase();
    return place ? size ? ok() : Status(size.error()) : Status(place.error());
  }
  Base base;
  base.number = lastBaseNumber_ + 1;
  base.fileBytes = *size;
  base.next.from = **place;
  base.next.time = now;
  base.next.sequence = collector_->collected().end == 0 ? sequence_ + 1 : firstSequenceOfLog_;
  base_ = std::move(base);
  logBytesSinceBase_ = 0;
  return ok();
}

// The file may change while it is copied: only where the log has the same pages.
Status Shipper::shipBasePiece() {
  Base& base = *base_;
  if (!base.unsure) {
    const std::uint64_t left = base.fileBytes - base.next.offset;
    auto bytes = files_->readDatabase(base.next.offset, std::min(left, rules_.basePieceBytes));
    if (!bytes) return bytes.error();
    base.next.last = bytes->size() == left || bytes->size() < rules_.basePieceBytes;
    Shipment shipment = shipmentOf(base.number, base.previous);
    shipment.base = base.next;
    shipment.bytes = std::move(*bytes);
    base.next.offset += shipment.bytes.size();
    base.unsure = encode(shipment);
  }
  if (const Status done = put(*base.unsure); !done) return done;
  base.previous = std::move(base.unsure->hash);
  base.unsure.reset();
  ++base.next.piece;
  if (!base.next.last) return ok();
  lastBaseNumber_ = base.number;
  lastBaseAt_ = clock_.now();
  base_.reset();
  files_->releaseBase();
  const std::lock_guard lock(stateMutex_);
  state_.restorable = true;
  return ok();
}

}  // namespace shopkeeper::backup
