// Growing waits after failures.
#pragma once

#include <unordered_map>

#include "common/clock.h"
#include "common/random.h"
#include "operator/kube/resource.h"

namespace shopkeeper::kube {

// Exponential with jitter, for one connection. Not thread-safe.
//
// Defaults are kube-rs' and client-go's for watches: 0.8 s doubling to 30 s, starting again once
// nothing failed for 120 s. Each wait is spread uniformly over [base, 2 x base), never over `max`.
class Backoff {
 public:
  struct Options {
    Duration initial = std::chrono::milliseconds(800);
    Duration max = std::chrono::seconds(30);
    Duration resetAfter = std::chrono::seconds(120);
  };
  Backoff(Options options, const Clock& clock, Random& random);

  // How long to wait now that something failed.
  Duration next();
  void reset() { failures_ = 0; }

 private:
  Options options_;
  const Clock& clock_;
  Random& random_;
  int failures_ = 0;
  MonotonicTime last_{};
};

// Per-item waits of a work queue, by controller-runtime's figures: 5 ms doubling to 1000 s.
// Not thread-safe.
class ItemBackoff {
 public:
  struct Options {
    Duration base = std::chrono::milliseconds(5);
    Duration max = std::chrono::seconds(1000);
  };
  explicit ItemBackoff(Options options) : options_(options) {}

  Duration next(const ObjectKey& key);
  int failures(const ObjectKey& key) const;
  void forget(const ObjectKey& key) { failures_.erase(key); }
  std::size_t size() const { return failures_.size(); }

 private:
  Options options_;
  std::unordered_map<ObjectKey, int> failures_;
};

}  // namespace shopkeeper::kube
