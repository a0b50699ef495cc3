#include "sidecar/proxy/fallback_cache.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kBookkeeping = 256;  // of list node, index node and control block
constexpr std::size_t kLargestShare = 8;

}  // namespace

bool mayKeep(const RequestHead& request, const ResponseHead& answer) {
  if (request.method != "GET" || answer.status != 200) return false;
  if (!request.get("Authorization").empty() || !request.get("Range").empty()) return false;
  if (!answer.get("Set-Cookie").empty() || !answer.get("Vary").empty()) return false;
  return !answer.hasToken("Cache-Control", "no-store") &&
         !answer.hasToken("Cache-Control", "private");
}

void FallbackCache::drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  index_.erase(entry->key);
  entries_.erase(entry);
}

void FallbackCache::put(const std::string& key, KeptAnswer answer, std::size_t maxBytes) {
  if (const auto old = index_.find(key); old != index_.end()) drop(old->second);
  const std::size_t bytes = key.size() + answer.head.size() + answer.body.size() + kBookkeeping;
  if (bytes > maxBytes / kLargestShare) return;
  while (!entries_.empty() && bytes_ + bytes > maxBytes) drop(std::prev(entries_.end()));
  entries_.push_front({key, std::make_shared<const KeptAnswer>(std::move(answer)), bytes});
  index_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

std::shared_ptr<const KeptAnswer> FallbackCache::get(const std::string& key, MonotonicTime now,
                                                     Duration maxAge) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  const auto entry = found->second;
  if (now - entry->answer->at > maxAge) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->answer;
}

}  // namespace shopkeeper::sidecar
