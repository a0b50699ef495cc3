// Which of many occurrences become requests: pure bookkeeping, no I/O.
#pragma once

#include <list>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/clock.h"
#include "common/random.h"
#include "operator/kube/events.h"

namespace shopkeeper::kube {

struct EventOccurrence {
  Object regarding;
  EventType type = EventType::Normal;
  std::string reason;
  std::string note;
  std::string action;
  WallTime at;
};

// What to write for an occurrence.
struct EventWrite {
  ObjectKey key;
  Object event;   // the whole Event, for the first occurrence or when it was deleted meanwhile
  int count = 1;  // over 1: patch the series with this count
  WallTime at;
};

// Not thread-safe.
class EventSeries {
 public:
  EventSeries(EventOptions options, Random& random)
      : options_(std::move(options)), random_(random) {}

  enum class Verdict { Write, Merged, Suppressed };
  // Merged: counted, and written with a later one. Suppressed: too many different notes.
  Verdict note(const EventOccurrence& occurrence, MonotonicTime now, EventWrite& out);

  std::size_t size() const { return order_.size(); }

 private:
  struct Series {
    std::string id;
    ObjectKey key;
    int count = 1;
    MonotonicTime lastSeen;
    MonotonicTime lastWritten;
  };
  struct Bucket {
    double tokens;
    MonotonicTime filledAt;
  };

  bool spend(const std::string& bucketId, MonotonicTime now);
  void forgetOld(MonotonicTime now);
  Object makeEvent(const EventOccurrence& occurrence, const ObjectKey& key) const;

  const EventOptions options_;
  Random& random_;
  std::list<Series> order_;  // least recently seen first
  std::unordered_map<std::string, std::list<Series>::iterator> series_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// {"series":{"count":n,"lastObservedTime":...}}
nlohmann::json seriesPatch(const EventWrite& write);

}  // namespace shopkeeper::kube
