#include "services/ui/domain/fallback_cache.h"

namespace shopkeeper::ui {

void FallbackCache::put(const std::string& key, std::string body) {
  const std::size_t size = key.size() + body.size();
  std::lock_guard lock(mutex_);
  if (const auto at = byKey_.find(key); at != byKey_.end()) {
    bytes_ -= at->second->key.size() + at->second->body.size();
    entries_.erase(at->second);
    byKey_.erase(at);
  }
  if (size > maxBytes_ / 4) return;  // one answer must not push out all others
  entries_.push_front({key, std::move(body)});
  byKey_[key] = entries_.begin();
  bytes_ += size;
  while (bytes_ > maxBytes_) {
    const Entry& oldest = entries_.back();
    bytes_ -= oldest.key.size() + oldest.body.size();
    byKey_.erase(oldest.key);
    entries_.pop_back();
  }
}

std::optional<std::string> FallbackCache::get(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto at = byKey_.find(key);
  if (at == byKey_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, at->second);
  return at->second->body;
}

std::size_t FallbackCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace shopkeeper::ui
