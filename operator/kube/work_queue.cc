#include "operator/kube/work_queue.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <tuple>
#include <unordered_map>

#include "operator/kube/work_queue_metrics.h"

namespace shopkeeper::kube {
namespace {

// How often a waiting worker refreshes the gauges of work in progress (client-go: 0.5 s).
constexpr Duration kRefresh = std::chrono::milliseconds(500);

}  // namespace

struct WorkQueue::Impl {
  // A key that waits, in exactly one of three places: `ready`, `delayed`, or neither while it is
  // being worked on (it moves on in done()).
  struct Entry {
    int priority;
    MonotonicTime due;
    std::uint64_t sequence;
  };
  using Ready = std::set<std::tuple<int, std::uint64_t, ObjectKey>>;  // first: -priority
  using Delayed = std::set<std::pair<MonotonicTime, ObjectKey>>;

  Impl(std::string queueName, const Clock& c, Metrics* metrics, ItemBackoff::Options options)
      : clock(c), backoff(options) {
    if (metrics != nullptr) series = std::make_unique<WorkQueueMetrics>(*metrics, queueName);
  }

  void add(const ObjectKey& key, MonotonicTime due, int priority);
  void place(const ObjectKey& key, const Entry& entry);
  void unplace(const ObjectKey& key, const Entry& entry);
  void promote(MonotonicTime now);
  std::optional<QueueItem> pop(MonotonicTime now);
  void measure(MonotonicTime now);

  const Clock& clock;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  ItemBackoff backoff;
  std::unordered_map<ObjectKey, Entry> waiting;
  std::unordered_map<ObjectKey, MonotonicTime> processing;  // since when
  Ready ready;
  Delayed delayed;
  std::uint64_t nextSequence = 0;
  bool shut = false;
  std::unique_ptr<WorkQueueMetrics> series;
};

void WorkQueue::Impl::place(const ObjectKey& key, const Entry& entry) {
  if (entry.due > clock.now()) {
    delayed.emplace(entry.due, key);
  } else if (!processing.contains(key)) {
    ready.emplace(-entry.priority, entry.sequence, key);
  }
}

void WorkQueue::Impl::unplace(const ObjectKey& key, const Entry& entry) {
  ready.erase({-entry.priority, entry.sequence, key});
  delayed.erase({entry.due, key});
}

void WorkQueue::Impl::add(const ObjectKey& key, MonotonicTime due, int priority) {
  if (shut) return;
  Entry entry{priority, due, nextSequence++};
  if (const auto known = waiting.find(key); known != waiting.end()) {
    unplace(key, known->second);
    // Its place in the line is that of its first add, unless it moves to another line.
    if (known->second.priority >= priority) entry.sequence = known->second.sequence;
    entry.priority = std::max(priority, known->second.priority);
    entry.due = std::min(due, known->second.due);
  } else if (series) {
    series->adds.Increment();
  }
  waiting.insert_or_assign(key, entry);
  place(key, entry);
  measure(clock.now());
  changed.notify_one();
}

void WorkQueue::Impl::promote(MonotonicTime now) {
  while (!delayed.empty() && delayed.begin()->first <= now) {
    const ObjectKey key = delayed.begin()->second;
    delayed.erase(delayed.begin());
    place(key, waiting.at(key));
  }
}

std::optional<QueueItem> WorkQueue::Impl::pop(MonotonicTime now) {
  promote(now);
  if (shut || ready.empty()) return std::nullopt;
  const auto [negated, sequence, key] = *ready.begin();
  ready.erase(ready.begin());
  const auto entry = waiting.find(key);
  if (series) series->waited.Observe(seconds(now - entry->second.due));
  waiting.erase(entry);
  processing.emplace(key, now);
  measure(now);
  return QueueItem{key, -negated};
}

void WorkQueue::Impl::measure(MonotonicTime now) {
  if (!series) return;
  series->depth.Set(static_cast<double>(ready.size()));
  double sum = 0;
  double longest = 0;
  for (const auto& [key, since] : processing) {
    sum += seconds(now - since);
    longest = std::max(longest, seconds(now - since));
  }
  series->unfinished.Set(sum);
  series->longest.Set(longest);
}

WorkQueue::WorkQueue(std::string name, const Clock& clock, Metrics* metrics,
                     ItemBackoff::Options backoff)
    : impl_(std::make_unique<Impl>(std::move(name), clock, metrics, backoff)) {}

WorkQueue::WorkQueue(std::string name, const Clock& clock, Metrics* metrics)
    : WorkQueue(std::move(name), clock, metrics, ItemBackoff::Options{}) {}

WorkQueue::~WorkQueue() { shutDown(); }

void WorkQueue::add(const ObjectKey& key, int priority) {
  std::lock_guard lock(impl_->mutex);
  impl_->add(key, impl_->clock.now(), priority);
}

void WorkQueue::addAfter(const ObjectKey& key, Duration delay, int priority) {
  std::lock_guard lock(impl_->mutex);
  impl_->add(key, impl_->clock.now() + std::max(delay, Duration::zero()), priority);
}

void WorkQueue::addRateLimited(const ObjectKey& key, int priority) {
  std::lock_guard lock(impl_->mutex);
  if (impl_->series) impl_->series->retries.Increment();
  impl_->add(key, impl_->clock.now() + impl_->backoff.next(key), priority);
}

void WorkQueue::forget(const ObjectKey& key) {
  std::lock_guard lock(impl_->mutex);
  impl_->backoff.forget(key);
}

int WorkQueue::failures(const ObjectKey& key) const {
  std::lock_guard lock(impl_->mutex);
  return impl_->backoff.failures(key);
}

std::optional<QueueItem> WorkQueue::take(const std::stop_token& stop) {
  std::unique_lock lock(impl_->mutex);
  while (!impl_->shut && !stop.stop_requested()) {
    const MonotonicTime now = impl_->clock.now();
    if (auto item = impl_->pop(now)) return item;
    impl_->measure(now);
    Duration wait = impl_->processing.empty() ? Duration(std::chrono::minutes(10)) : kRefresh;
    if (!impl_->delayed.empty()) wait = std::min(wait, impl_->delayed.begin()->first - now);
    const auto before = impl_->nextSequence;
    impl_->changed.wait_for(lock, stop, wait, [&] {
      return impl_->shut || impl_->nextSequence != before || !impl_->ready.empty();
    });
  }
  return std::nullopt;
}

std::optional<QueueItem> WorkQueue::tryTake() {
  std::lock_guard lock(impl_->mutex);
  return impl_->pop(impl_->clock.now());
}

void WorkQueue::done(const ObjectKey& key) {
  std::lock_guard lock(impl_->mutex);
  const auto since = impl_->processing.find(key);
  if (since == impl_->processing.end()) return;
  const MonotonicTime now = impl_->clock.now();
  if (impl_->series) impl_->series->worked.Observe(seconds(now - since->second));
  impl_->processing.erase(since);
  if (const auto again = impl_->waiting.find(key);
      again != impl_->waiting.end() && again->second.due <= now) {
    impl_->delayed.erase({again->second.due, key});
    impl_->place(key, again->second);
    impl_->changed.notify_one();
  }
  impl_->measure(now);
}

void WorkQueue::shutDown() {
  std::lock_guard lock(impl_->mutex);
  impl_->shut = true;
  impl_->changed.notify_all();
}

std::size_t WorkQueue::depth() const {
  std::lock_guard lock(impl_->mutex);
  impl_->promote(impl_->clock.now());
  return impl_->ready.size();
}

}  // namespace shopkeeper::kube
