#include "services/dialogue/store/sessions.h"

namespace shopkeeper::dialogue {

Context Sessions::get(const std::string& session) {
  std::lock_guard lock(mutex_);
  const auto at = bySession_.find(session);
  if (at == bySession_.end()) return {};
  if (clock_.now() - at->second->used > lifetime_) {
    entries_.erase(at->second);
    bySession_.erase(at);
    return {};
  }
  return at->second->context;
}

void Sessions::put(const std::string& session, Context context) {
  std::lock_guard lock(mutex_);
  if (const auto at = bySession_.find(session); at != bySession_.end()) {
    entries_.erase(at->second);
    bySession_.erase(at);
  }
  entries_.push_front({session, std::move(context), clock_.now()});
  bySession_[session] = entries_.begin();
  while (entries_.size() > capacity_) {
    bySession_.erase(entries_.back().session);
    entries_.pop_back();
  }
}

std::size_t Sessions::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace shopkeeper::dialogue
