#include "sidecar/backup/shipping/log_collector.h"

#include <algorithm>
#include <numeric>

namespace shopkeeper::backup {
namespace {

constexpr auto kLockPatience = std::chrono::milliseconds(100);
constexpr auto kLongLockPatience = std::chrono::milliseconds(500);

Error gone(const std::string& why) {
  return Error(ErrorCode::Gone, "the stream of changes is broken: " + why, false);
}

}  // namespace

Result<LogIndex> LogCollector::sample() {
  const std::lock_guard lock(marksMutex_);
  const WallTime now = clock_.wallNow();  // before looking: what was committed by now is seen
  auto index = files_.index();
  if (index) marks_.note(index->salt, now, index->end());
  return index;
}

Status LogCollector::startAnew() {
  const auto index = sample();
  if (!index) return index.error();
  log_ = 0;
  salt_ = index->salt;
  end_ = 0;
  fresh_ = true;
  empty_ = index->end() == 0;
  reader_.reset();
  pending_.clear();
  tidied_ = {};
  return ok();
}

// Everything the part and those before it hold is in the last checksum.
Status LogCollector::resume(const LogPart& last, std::uint64_t lastBytes) {
  const auto index = sample();
  if (!index) return index.error();
  const std::uint64_t end = last.begin.end + lastBytes;
  if (index->salt != last.salt || index->end() < end) return gone("the log is another one by now");
  log_ = last.begin.log;
  salt_ = last.salt;
  end_ = 0;
  fresh_ = false;
  reader_.reset();
  while (end_ < end) {
    if (const Status read = readPart(end); !read) return read;
    pending_.clear();
  }
  if (reader_->checksum() != last.checksum) return gone("the log holds something else by now");
  return ok();
}

Result<bool> LogCollector::collect() {
  if (files_.replaced()) return gone("the database file was replaced");
  if (const Status pinned = files_.pinAgain(); !pinned) return pinned.error();
  const auto all = collectPinned();
  if (all && *all) {
    files_.releaseOlder();
  } else {
    files_.releaseNewer();
  }
  return all;
}

// Whether all that the new pin sees was collected.
Result<bool> LogCollector::collectPinned() {
  const auto index = sample();
  if (!index) return index.error();
  if (index->salt != salt_) {
    if (const Status moved = moveTo(*index); !moved) return moved.error();
  }
  if (index->end() < end_) return gone("the log was cut");
  while (end_ < index->end()) {
    const std::uint64_t waiting =
        std::accumulate(pending_.begin(), pending_.end(), std::uint64_t{0},
                        [](auto sum, const auto& part) { return sum + part.bytes.size(); });
    if (waiting >= rules_.maxPendingBytes) return false;
    if (const Status read = readPart(index->end()); !read) return read.error();
  }
  if (end_ > 0 && (reader_->checksum() != index->checksum || !reader_->endsTransaction())) {
    return gone("the log holds something that was not committed");
  }
  empty_ = index->end() == 0;
  return true;
}

Status LogCollector::moveTo(const LogIndex& index) {
  const std::lock_guard lock(marksMutex_);
  // The first to write to an empty one draws both halves of the salt.
  if (!empty_ && !follows(index.salt, salt_)) return gone("the log was begun anew unseen");
  // What a log held that SQLite has begun anew is in the database file: a stream that has nothing
  // yet can begin with the new one.
  if (!fresh_ && marks_.seenBeyond(salt_, end_))
    return gone("the log was begun anew before it was collected");
  if (end_ > 0) ++log_;
  salt_ = index.salt;
  end_ = 0;
  reader_.reset();
  return ok();
}

// The next part, which ends at `limit` at the latest.
Status LogCollector::readPart(std::uint64_t limit) {
  LogPart part;
  part.begin = {log_, end_};
  std::optional<LogReader> reader = reader_;
  if (!reader) {
    const auto begin = files_.readLog(0, kLogHeaderBytes);
    if (!begin) return begin.error();
    const auto header = parseLogHeader(*begin);
    if (!header || header->salt != salt_) return gone("the log begins otherwise than its index");
    reader.emplace(*header);
  }
  const std::uint64_t from = end_ == 0 ? kLogHeaderBytes : end_;
  const std::uint64_t frames = std::max<std::uint64_t>(
      1, std::min(limit - from, rules_.maxPartBytes) / reader->frameBytes());
  auto bytes = files_.readLog(end_, from - end_ + frames * reader->frameBytes());
  if (!bytes) return bytes.error();
  if (bytes->size() < from - end_ ||
      reader->take(std::span(*bytes).subspan(from - end_)) != frames * reader->frameBytes()) {
    return gone("the log is not what its index says");
  }
  end_ = reader->end();
  fresh_ = false;
  part.salt = salt_;
  part.pageSize = reader->header().pageSize;
  part.checksum = reader->checksum();
  {
    const std::lock_guard lock(marksMutex_);
    part.marks = marks_.take(salt_, end_);
  }
  reader_ = std::move(reader);
  pending_.push_back({std::move(part), std::move(*bytes)});
  return ok();
}

Result<std::uint64_t> LogCollector::backlog() const {
  const auto index = files_.index();
  if (!index) return index.error();
  return index->salt == salt_ ? index->end() - std::min(index->end(), end_) : index->end();
}

Result<std::optional<LogPosition>> LogCollector::placeOfBase() {
  const auto index = sample();
  if (!index) return index.error();
  if (index->salt != salt_) return std::optional<LogPosition>();
  return std::optional(LogPosition{log_, index->end()});
}

Status LogCollector::tidy() {
  const auto index = files_.index();
  if (!index) return index.error();
  if (index->end() < rules_.tidyAtBytes || tidied_ == LogPosition{log_, index->end()}) return ok();
  // Most of the work, without keeping anybody out.
  if (const Status done = files_.checkpoint(); !done) return done;
  // The longer the log, the longer a gap between writers is looked for.
  const Duration patience =
      index->end() < 4 * rules_.tidyAtBytes ? kLockPatience : kLongLockPatience;
  if (const Status locked = files_.lockWriters(patience); !locked) return ok();  // another time
  const Status done = tidyLocked();
  files_.unlockWriters();
  return done;
}

// A pin that begins while everything is in the database file does not stand in the way of a new
// log. So: everything is collected, the checkpoint completed, and a pin taken anew.
Status LogCollector::tidyLocked() {
  if (const auto all = collect(); !all || !*all) return all ? ok() : Status(all.error());
  if (const Status done = files_.checkpoint(); !done) return done;
  if (const auto all = collect(); !all) return all.error();
  tidied_ = {log_, end_};
  return ok();
}

}  // namespace shopkeeper::backup
