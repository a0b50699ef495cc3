#include "sidecar/backup/repository/lock.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "sidecar/backup/repository/system_names.h"

namespace shopkeeper::backup {

RepositoryLock::RepositoryLock(Repository& repository, bool exclusive, const Clock& clock,
                               LockTimes times)
    : repository_(repository), clock_(clock), times_(times), exclusive_(exclusive) {}

Result<std::unique_ptr<RepositoryLock>> RepositoryLock::acquire(Repository& repository,
                                                                bool exclusive, const Clock& clock,
                                                                LockTimes times) {
  std::unique_ptr<RepositoryLock> lock(new RepositoryLock(repository, exclusive, clock, times));
  if (auto free = lock->checkRivals(); !free) return free.error();
  if (auto written = lock->write(); !written) return written.error();
  // Who looked before our file was there will see it now, or we see theirs.
  std::this_thread::sleep_for(times.settle);
  if (auto free = lock->checkRivals(); !free) return free.error();
  lock->keeper_ =
      std::jthread([raw = lock.get()](const std::stop_token& stop) { raw->keep(stop); });
  return lock;
}

RepositoryLock::~RepositoryLock() {
  if (keeper_.joinable()) {
    keeper_.request_stop();
    keeper_.join();
  }
  if (file_) (void)repository_.files().remove(FileKind::Lock, *file_);  // else it becomes stale
}

LockFile RepositoryLock::describeSelf() const {
  LockFile lock;
  lock.time = timestampOf(clock_.wallNow());
  lock.exclusive = exclusive_;
  lock.hostname = hostName();
  lock.username = userName(::getuid());
  lock.pid = static_cast<std::uint64_t>(::getpid());
  lock.uid = ::getuid();
  lock.gid = ::getgid();
  return lock;
}

bool RepositoryLock::dead(const LockFile& lock) const {
  const std::int64_t age = timestampOf(clock_.wallNow()).seconds - lock.time.seconds;
  if (age > std::chrono::seconds(times_.stale).count()) return true;
  if (lock.hostname != hostName()) return false;
  return ::kill(static_cast<pid_t>(lock.pid), 0) != 0 && errno == ESRCH;
}

Status RepositoryLock::checkRivals() {
  auto files = repository_.files().list(FileKind::Lock);
  if (!files) return files.error();
  for (const auto& file : *files) {
    if (file_ && file.id == *file_) continue;
    auto json = repository_.loadDocument(FileKind::Lock, file.id);
    if (!json && json.error().code() == ErrorCode::NotFound) continue;  // released meanwhile
    auto lock = json ? parseLock(*json) : Result<LockFile>(json.error());
    if (!lock) return lock.error().within("reading the locks");
    if (dead(*lock)) {
      (void)repository_.files().remove(FileKind::Lock, file.id);  // who may not remove passes over
      continue;
    }
    if (!exclusive_ && !lock->exclusive) continue;
    std::string since;
    appendTime(since, lock->time);
    return Error(ErrorCode::Conflict, "the repository is locked " +
                                          std::string(lock->exclusive ? "exclusively " : "") +
                                          "by process " + std::to_string(lock->pid) + " on " +
                                          lock->hostname + " since " + since);
  }
  return ok();
}

Status RepositoryLock::write() {
  auto id = repository_.saveDocument(FileKind::Lock, toJson(describeSelf()));
  if (!id) return id.error();
  const std::lock_guard lock(mutex_);
  const auto old = std::exchange(file_, *id);
  written_ = clock_.now();
  if (old) (void)repository_.files().remove(FileKind::Lock, *old);
  return ok();
}

void RepositoryLock::keep(const std::stop_token& stop) {
  auto wait = times_.refresh;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, wait, [] { return false; });
    }
    if (stop.stop_requested()) return;
    // After a failure again soon: a lock that is refreshed late is still held.
    wait = write() ? times_.refresh : times_.refresh / 10;
  }
}

Status RepositoryLock::held() const {
  const std::lock_guard lock(mutex_);
  if (clock_.now() - written_ < times_.stale) return ok();
  return Error(ErrorCode::Unavailable,
               "the repository's lock could not be refreshed in time; others may have changed it");
}

}  // namespace shopkeeper::backup
