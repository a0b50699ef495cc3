// The last good answers, for when their source does not answer.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace shopkeeper::ui {

// Least-recently-used map from a request to the body that last answered it, bounded in bytes.
// Thread-safe.
class FallbackCache {
 public:
  explicit FallbackCache(std::size_t maxBytes = 16u << 20) : maxBytes_(maxBytes) {}

  void put(const std::string& key, std::string body);
  std::optional<std::string> get(const std::string& key);
  std::size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::string body;
  };
  const std::size_t maxBytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // most recent first
  std::unordered_map<std::string, std::list<Entry>::iterator> byKey_;
};

}  // namespace shopkeeper::ui
