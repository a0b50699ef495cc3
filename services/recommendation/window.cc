#include "services/recommendation/window.h"

#include <algorithm>

namespace shopkeeper::recommendation {
namespace {

std::int64_t unixSeconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// Sessions are named by their user too, so that a guessed session id joins nobody else's.
std::string sessionKey(std::uint32_t user, std::string_view session) {
  return std::to_string(user) + '/' + std::string(session);
}

}  // namespace

std::uint32_t Names::number(std::string_view name) {
  const auto [at, added] =
      numbers_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return at->second;
}

void EventWindow::append(const catalog::Event& event, std::int64_t at) {
  const std::uint32_t user = users_.number(event.user);
  // Without a session, what a user does on one day belongs together.
  const std::string day = "day " + std::to_string(at / 86'400);
  const std::string& session = event.session.empty() ? day : event.session;
  events_.push_back({user, sessions_.number(sessionKey(user, session)),
                     products_.number(event.product), event.type, at});
}

void EventWindow::add(const catalog::Event& event, WallTime now) {
  WallTime at = now;
  if (parseRfc3339(event.at, at)) at = std::min(at, now);
  if (events_.size() >= limits_.events) keep(events_.size() - limits_.events * 7 / 8);
  append(event, unixSeconds(at));
  setLast(event.seq, event.id);
}

void EventWindow::restore(const catalog::Event& event, std::int64_t at) { append(event, at); }

void EventWindow::setLast(std::uint64_t seq, std::string id) {
  lastSeq_ = seq;
  lastId_ = std::move(id);
}

void EventWindow::expire(WallTime now) {
  const std::int64_t oldest = unixSeconds(now - limits_.age);
  std::size_t first = 0;
  while (first < events_.size() && events_[first].at < oldest) ++first;
  // Renumbering costs; a few stragglers do no harm.
  if (first > 0 && first * 16 >= events_.size()) keep(first);
}

std::string EventWindow::sessionName(std::uint32_t session) const {
  const std::string& key = sessions_[session];
  return key.substr(key.find('/') + 1);
}

// Starts anew with the events from `from` on, so that names no event has any more go too.
void EventWindow::keep(std::size_t from) {
  EventWindow kept(limits_);
  kept.events_.reserve(limits_.events);
  for (std::size_t i = from; i < events_.size(); ++i) {
    const Interaction& old = events_[i];
    catalog::Event event;
    event.user = users_[old.user];
    event.session = sessionName(old.session);
    event.product = products_[old.product];
    event.type = old.type;
    kept.append(event, old.at);
  }
  kept.setLast(lastSeq_, std::move(lastId_));
  *this = std::move(kept);
}

}  // namespace shopkeeper::recommendation
