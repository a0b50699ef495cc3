// Keys that need a reconcile: each at most once, never two workers on one key.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/clock.h"
#include "common/metrics.h"
#include "operator/kube/backoff.h"
#include "operator/kube/resource.h"

namespace shopkeeper::kube {

// Higher first. The initial list waits behind what people do (controller-runtime's -100).
inline constexpr int kPriorityInitial = -100;
inline constexpr int kPriorityNormal = 0;

struct QueueItem {
  ObjectKey key;
  int priority = kPriorityNormal;
};

// Guarantees: a key added while it waits is kept once, with the higher priority and the earlier
// time; a key added while it is worked on comes again after done(), never at the same time; equal
// priorities leave in order of arrival. After shutDown() nothing is added, take() hands out nothing
// more, and workers finish what they hold.
// Thread-safe. Metrics are controller-runtime's workqueue_* with name=<name>.
class WorkQueue {
 public:
  // `clock` and `metrics` (may be null) must outlive the queue.
  WorkQueue(std::string name, const Clock& clock, Metrics* metrics, ItemBackoff::Options backoff);
  WorkQueue(std::string name, const Clock& clock, Metrics* metrics);
  ~WorkQueue();

  void add(const ObjectKey& key, int priority = kPriorityNormal);
  void addAfter(const ObjectKey& key, Duration delay, int priority = kPriorityNormal);
  // After the item's own back-off: 5 ms doubling to 1000 s.
  void addRateLimited(const ObjectKey& key, int priority = kPriorityNormal);
  // The item succeeded: its back-off starts anew.
  void forget(const ObjectKey& key);
  int failures(const ObjectKey& key) const;

  // Waits for an item; empty after shutDown() or stop. Every item taken must be given to done().
  std::optional<QueueItem> take(const std::stop_token& stop = {});
  // The same without waiting.
  std::optional<QueueItem> tryTake();
  void done(const ObjectKey& key);

  void shutDown();
  // Items that could be taken now; delayed ones and those being worked on are not counted.
  std::size_t depth() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shopkeeper::kube
