#include "operator/control/token_cache.h"

#include <algorithm>

#include "operator/specs/content_hash.h"

namespace shopkeeper::control {

TokenCache::TokenCache(TokenReviewer& reviewer, Options options, const Clock& clock)
    : reviewer_(reviewer), options_(options), clock_(clock) {}

Result<PodIdentity> TokenCache::review(const std::string& token) {
  const auto key = specs::contentHash(token);
  {
    std::lock_guard lock(mutex_);
    const auto it = entries_.find(key);
    if (it != entries_.end() && clock_.now() < it->second.until) return it->second.answer;
  }
  auto answer = reviewer_.review(token);
  const bool refused = !answer && answer.error().code() == ErrorCode::Unauthenticated;
  if (!answer && !refused) return answer;
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  makeRoom(now);
  entries_.insert_or_assign(
      key, Entry{answer, now + (refused ? options_.refusedFor : options_.validFor)});
  return answer;
}

void TokenCache::makeRoom(MonotonicTime now) {
  if (entries_.size() < options_.maxEntries) return;
  std::erase_if(entries_, [&](const auto& item) { return item.second.until <= now; });
  if (entries_.size() < options_.maxEntries) return;
  entries_.erase(std::min_element(
      entries_.begin(), entries_.end(),
      [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
}

std::size_t TokenCache::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace shopkeeper::control
