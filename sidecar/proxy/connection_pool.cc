#include "sidecar/proxy/connection_pool.h"

namespace shopkeeper::sidecar {

std::unique_ptr<UpstreamConnection> ConnectionPool::take(const EndpointRef& endpoint) {
  const auto found = idle_.find(endpoint.get());
  if (found == idle_.end()) return nullptr;
  auto& kept = found->second;
  while (!kept.empty()) {
    auto connection = std::move(kept.back());
    kept.pop_back();
    if (connection->stream.idleAndAlive()) return connection;
  }
  return nullptr;
}

void ConnectionPool::put(std::unique_ptr<UpstreamConnection> connection) {
  connection->stream.liftRead();
  connection->stream.liftWrite();
  connection->input.releaseIfEmpty();
  connection->idleSince = std::chrono::steady_clock::now();
  auto& kept = idle_[connection->endpoint.get()];
  if (kept.size() >= kMaxIdlePerEndpoint) kept.erase(kept.begin());  // the oldest
  kept.push_back(std::move(connection));
}

void ConnectionPool::sweep(std::chrono::steady_clock::time_point now) {
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    auto& kept = entry->second;
    const bool orphaned =
        !kept.empty() && kept.front()->endpoint.use_count() == static_cast<long>(kept.size());
    std::erase_if(kept, [&](const auto& connection) {
      return orphaned || now - connection->idleSince >= kMaxIdle;
    });
    entry = kept.empty() ? idle_.erase(entry) : std::next(entry);
  }
}

std::size_t ConnectionPool::size() const {
  std::size_t total = 0;
  for (const auto& [endpoint, kept] : idle_) total += kept.size();
  return total;
}

}  // namespace shopkeeper::sidecar
