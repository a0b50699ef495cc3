// Last good answers to GETs, served marked as stale when an upstream cannot answer (RFC 5861,
// stale-if-error). Opt-in per upstream: TrafficPolicy::fallback.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/clock.h"
#include "common/wire/traffic_policy.h"
#include "sidecar/proxy/message.h"

namespace shopkeeper::sidecar {

// One kept answer, ready to be sent: status line and end-to-end fields without framing, and body.
struct KeptAnswer {
  std::string head;  // without Content-Length and the empty line
  std::string body;
  MonotonicTime at{};
};

// Whether an answer may be kept and shown to another person: 200, nothing private in it, no
// cookie, no encoding or variant chosen for one client.
bool mayKeep(const RequestHead& request, const ResponseHead& answer);

// Least recently used goes first. Bounded by bytes, bookkeeping included. Not thread-safe: each
// loop has its own.
class FallbackCache {
 public:
  // An answer larger than an eighth of `maxBytes` is not kept. Replaces an older one.
  void put(const std::string& key, KeptAnswer answer, std::size_t maxBytes);
  // Null where there is none younger than `maxAge`.
  std::shared_ptr<const KeptAnswer> get(const std::string& key, MonotonicTime now, Duration maxAge);

  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return index_.size(); }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const KeptAnswer> answer;
    std::size_t bytes;
  };
  void drop(std::list<Entry>::iterator entry);

  std::list<Entry> entries_;  // newest use first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace shopkeeper::sidecar
