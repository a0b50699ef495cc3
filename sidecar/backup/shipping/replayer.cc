#include "sidecar/backup/shipping/replayer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "sidecar/backup/repository/sha256.h"
#include "sidecar/backup/shipping/replay_check.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {
namespace {

namespace fs = std::filesystem;

// The database while it is being made, in a directory beside the target.
class Workshop {
 public:
  explicit Workshop(const std::string& target)
      : directory_(target + ".restoring"), database_(directory_ + "/database") {}
  ~Workshop() { clear(); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  Status begin() {
    clear();
    if (::mkdir(directory_.c_str(), 0700) != 0) return fileError("create " + directory_, errno);
    return ok();
  }

  Status appendToDatabase(std::span<const std::byte> bytes) { return append(database_, bytes); }
  Status appendToLog(std::span<const std::byte> bytes) { return append(database_ + "-wal", bytes); }

  // Makes SQLite take `end` bytes of the log, all of them, into the database.
  Status applyLog(std::uint64_t end, std::uint32_t pageSize) {
    const std::string log = database_ + "-wal";
    if (::truncate(log.c_str(), static_cast<off_t>(end)) != 0) {
      return fileError("cut " + log, errno);
    }
    const auto frames = static_cast<int>((end - kLogHeaderBytes) / (kFrameHeaderBytes + pageSize));
    int inLog = 0;
    int copied = 0;
    const Status done = withDatabase([&](sqlite3* database) {
      // Only a connection that has read knows that there is a log.
      int code =
          sqlite3_exec(database, "SELECT 1 FROM sqlite_schema LIMIT 1", nullptr, nullptr, nullptr);
      for (const int mode : {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_TRUNCATE}) {
        const bool first = mode == SQLITE_CHECKPOINT_PASSIVE;
        if (code != SQLITE_OK) break;
        code = sqlite3_wal_checkpoint_v2(database, nullptr, mode, first ? &inLog : nullptr,
                                         first ? &copied : nullptr);
      }
      return code;
    });
    if (!done) return done;
    if (inLog == frames && copied == frames) return removeFile(log);
    return Error(ErrorCode::Corrupt, "SQLite takes " + std::to_string(copied) + " of " +
                                         std::to_string(frames) + " pages of a log");
  }
  Status dropLog() { return removeFile(database_ + "-wal"); }

  Status check() {
    std::string verdict;
    const Status done = withDatabase([&](sqlite3* database) {
      return sqlite3_exec(
          database, "PRAGMA integrity_check(1)",
          [](void* into, int, char** values, char**) {
            *static_cast<std::string*>(into) = values[0];
            return 0;
          },
          &verdict, nullptr);
    });
    if (!done) return done;
    if (verdict == "ok") return ok();
    return Error(ErrorCode::Corrupt, "the restored database is damaged: " + verdict);
  }

  // Durable, and whole or not at all. Refuses to replace.
  Status publish(const std::string& target) {
    const Descriptor file(::open(database_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::fsync(file.get()) != 0) return fileError("write " + target, errno);
    if (::renameat2(AT_FDCWD, database_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
      return fileError("create " + target, errno);
    }
    const std::string parent = fs::path(target).parent_path().string();
    const Descriptor directory(
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid() || ::fsync(directory.get()) != 0) {
      return fileError("write " + parent, errno);
    }
    return ok();
  }

 private:
  void clear() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  static Status append(const std::string& path, std::span<const std::byte> bytes) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    const int why = file.valid() ? writeAll(file.get(), bytes) : errno;
    return why == 0 ? ok() : Status(fileError("write " + path, why));
  }

  static Status removeFile(const std::string& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return ok();
    return fileError("remove " + path, errno);
  }

  template <class Work>
  Status withDatabase(Work work) {
    sqlite3* database = nullptr;
    int code = sqlite3_open_v2(database_.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    if (code == SQLITE_OK) code = work(database);
    const std::string why = sqlite3_errmsg(database);
    sqlite3_close(database);
    if (code == SQLITE_OK) return ok();
    return Error((code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR
                     ? ErrorCode::Unavailable
                     : ErrorCode::Corrupt,
                 "SQLite cannot open what was restored: " + why);
  }

  const std::string directory_, database_;
};

class Replay {
 public:
  Replay(ObjectStore& store, const SealingKey& key, const ReplayOrder& order)
      : store_(store), key_(key), order_(order), workshop_(order.target) {}

  Result<Replayed> run() {
    const auto objects = store_.list(order_.prefix + order_.database + "/");
    if (!objects) return objects.error();
    for (const auto& object : *objects) {
      if (auto name = parseShipmentKey(order_.prefix, order_.database, object.key)) {
        names_.push_back(*std::move(name));
      }
    }
    std::optional<WallTime> earliest;
    for (const auto& base : basesOf(names_)) {
      const auto last = read({base.stream, false, base.number, base.pieces - 1});
      if (!last) return last.error();
      if (!last->base->last) continue;  // never completed
      earliest = last->base->time;
      if (*earliest > order_.at) continue;
      auto done = from(base, *last->base);
      if (done || done.error().code() != ErrorCode::NotFound) return done;
    }
    std::string message = "no copy of " + order_.database + " in " + store_.describe();
    if (earliest) message += " is from so early; the first is of " + toRfc3339(*earliest);
    return Error(ErrorCode::NotFound, message);
  }

 private:
  // The object of that name, which says the same of itself.
  Result<Shipment> read(const ShipmentName& name) {
    Shipment asked;
    asked.database = order_.database;
    asked.stream = name.stream;
    asked.sequence = name.sequence;
    if (name.isLog) asked.log.emplace();
    if (!name.isLog) asked.base.emplace().piece = name.piece;
    const std::string key = shipmentKey(order_.prefix, asked);
    auto bytes = store_.get(key);
    if (!bytes && bytes.error().code() == ErrorCode::NotFound) {
      return Error(ErrorCode::Corrupt, key + " is missing");
    }
    if (!bytes) return bytes.error();
    hash_ = toHex(sha256(*bytes));
    auto shipment = decodeShipment(*std::move(bytes), key_);
    if (!shipment) return shipment.error().within(key);
    if (shipmentKey(order_.prefix, *shipment) != key) {
      return Error(ErrorCode::Corrupt, key + " holds another object");
    }
    ++objects_;
    return shipment;
  }

  Result<Replayed> from(const BaseName& name, const BasePart& base) {
    if (const Status begun = workshop_.begin(); !begun) return begun.error();
    if (const Status written = writeBase(name); !written) return written.error();
    ReplayCheck check(base, order_.at);
    if (const Status taken = takeLogs(name.stream, check); !taken) return taken.error();
    const auto until = check.until();
    if (!until) return Error(ErrorCode::NotFound, "the copy needs more of the log");
    if (openLog_) {
      const bool any = openLog_->begin.log == until->position.log && until->position.end > 0;
      const Status last =
          any ? workshop_.applyLog(until->position.end, openLog_->pageSize) : workshop_.dropLog();
      if (!last) return last.error();
    }
    if (const Status whole = workshop_.check(); !whole) return whole.error();
    if (const Status done = workshop_.publish(order_.target); !done) return done.error();
    return Replayed{name.stream, until->time, objects_};
  }

  Status writeBase(const BaseName& name) {
    std::uint64_t offset = 0;
    std::string previous;
    for (std::uint64_t piece = 0; piece < name.pieces; ++piece) {
      const auto shipment = read({name.stream, false, name.number, piece});
      if (!shipment) return shipment.error();
      if (shipment->previous != previous || shipment->base->offset != offset ||
          shipment->base->last != (piece + 1 == name.pieces)) {
        return Error(ErrorCode::Corrupt, "piece " + std::to_string(piece) + " of copy " +
                                             std::to_string(name.number) + " in the stream " +
                                             name.stream + " does not follow the one before");
      }
      if (const Status done = workshop_.appendToDatabase(shipment->bytes); !done) return done;
      offset += shipment->bytes.size();
      previous = hash_;
    }
    return ok();
  }

  // Each log is applied when the next one begins, which says that it is whole.
  Status takeLogs(const std::string& stream, ReplayCheck& check) {
    std::uint64_t last = 0;
    for (const auto& name : names_) {
      if (name.isLog && name.stream == stream) last = std::max(last, name.sequence);
    }
    openLog_.reset();
    std::uint64_t end = 0;
    while (!check.passed() && check.nextSequence() <= last) {
      const auto shipment = read({stream, true, check.nextSequence(), 0});
      if (!shipment) return shipment.error();
      if (const Status taken = check.take(*shipment, hash_); !taken) return taken;
      if (openLog_ && openLog_->begin.log != shipment->log->begin.log) {
        const Status applied = workshop_.applyLog(end, openLog_->pageSize);
        if (!applied) return applied;
      }
      if (const Status done = workshop_.appendToLog(shipment->bytes); !done) return done;
      openLog_ = shipment->log;
      end = openLog_->begin.end + shipment->bytes.size();
    }
    return ok();
  }

  ObjectStore& store_;
  const SealingKey& key_;
  const ReplayOrder& order_;
  Workshop workshop_;
  std::vector<ShipmentName> names_;
  std::string hash_;  // of the object read last
  std::uint64_t objects_ = 0;
  std::optional<LogPart> openLog_;  // the last part of the log that is not applied yet
};

}  // namespace

Result<Replayed> replay(ObjectStore& store, const SealingKey& key, const ReplayOrder& order) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (::access((order.target + suffix).c_str(), F_OK) == 0) {
      return Error(ErrorCode::AlreadyExists,
                   order.target + suffix + " exists: nothing is restored over it");
    }
  }
  return Replay(store, key, order).run();
}

}  // namespace shopkeeper::backup
