#include "sidecar/backup/storage/retrying_store.h"

#include <algorithm>

namespace shopkeeper::backup {

RetryingStore::RetryingStore(std::shared_ptr<ObjectStore> store, RetryRules rules,
                             const Clock& clock, Random& random, Pause pause)
    : store_(std::move(store)),
      rules_(rules),
      clock_(clock),
      random_(random),
      pause_(std::move(pause)) {}

template <class Call>
auto RetryingStore::repeat(Call call) -> decltype(call()) {
  const MonotonicTime until = clock_.now() + rules_.deadline;
  Duration longest = rules_.firstWait;
  for (int tries = 1;; ++tries) {
    auto done = call();
    if (done || !done.error().retryable()) return done;
    const auto wait = std::chrono::duration_cast<Duration>(longest * random_.uniform());
    longest = std::min(longest * 2, rules_.longestWait);
    if (clock_.now() + wait >= until) {
      return Error(done.error().code(),
                   done.error().message() + " (given up after " + std::to_string(tries) +
                       (tries == 1 ? " try)" : " tries)"),
                   true);
    }
    if (!pause_(wait)) {
      return Error(ErrorCode::Cancelled, "stopped while waiting: " + done.error().message());
    }
  }
}

Status RetryingStore::put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) {
  bool mayBeOurs = false;
  const Status done = repeat([&] {
    Status tried = store_->put(key, bytes, mode);
    mayBeOurs = mayBeOurs || (!tried && tried.error().retryable());
    return tried;
  });
  if (done || done.error().code() != ErrorCode::AlreadyExists || !mayBeOurs) return done;
  const auto stored = get(key);
  if (!stored) return stored.error();
  return std::ranges::equal(*stored, bytes) ? ok() : done;
}

Result<Bytes> RetryingStore::get(const std::string& key, std::uint64_t offset,
                                 std::uint64_t length) {
  return repeat([&] { return store_->get(key, offset, length); });
}

Result<std::vector<StoredObject>> RetryingStore::list(const std::string& prefix) {
  return repeat([&] { return store_->list(prefix); });
}

Result<std::uint64_t> RetryingStore::size(const std::string& key) {
  return repeat([&] { return store_->size(key); });
}

Status RetryingStore::remove(const std::string& key) {
  return repeat([&] { return store_->remove(key); });
}

}  // namespace shopkeeper::backup
