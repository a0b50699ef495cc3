// Doubles for the Kubernetes client runtime: time that passes by waiting, and an API in memory.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/random.h"
#include "common/testing/manual_clock.h"
#include "operator/kube/client.h"
#include "operator/kube/pause.h"

namespace shopkeeper::testing {

// Waiting takes no time here and moves the clock instead.
class ManualPause final : public kube::Pause {
 public:
  explicit ManualPause(ManualClock& clock) : clock_(clock) {}
  bool wait(Duration duration, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    clock_.advance(duration);
    std::lock_guard lock(mutex_);
    waits_.push_back(duration);
    return true;
  }
  std::vector<Duration> waits() const {
    std::lock_guard lock(mutex_);
    return waits_;
  }

 private:
  ManualClock& clock_;
  mutable std::mutex mutex_;
  std::vector<Duration> waits_;
};

// The same numbers in every run.
class CountingRandom final : public Random {
 public:
  std::uint64_t next() override {
    std::lock_guard lock(mutex_);
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

 private:
  std::mutex mutex_;
  std::uint64_t state_ = 42;
};

// Objects with resource versions, conflicts and merge patches, as the API server has them. Apply is
// a merge patch that creates: field ownership is the API server's alone and is tested against it.
// Watches end at once. Thread-safe.
class MemoryClient final : public kube::Client {
 public:
  // Asked before each request; an error is its answer. Verbs: get list create replace patch apply
  // delete watch read.
  std::function<Status(const std::string& verb, const kube::Call& call)> interfere;

  int writes() const {
    std::lock_guard lock(mutex_);
    return writes_;
  }

  Result<kube::Object> get(const kube::Resource& resource, const kube::ObjectKey& key,
                           const kube::Call& call) override;
  Result<kube::Page> listPage(const kube::Resource& resource, const kube::ListOptions& options,
                              const std::string& continueToken, const kube::Call& call) override;
  Result<kube::Object> create(const kube::Resource& resource, const kube::Object& object,
                              const kube::Call& call, const std::string& subresource) override;
  Result<kube::Object> replace(const kube::Resource& resource, const kube::Object& object,
                               const kube::Call& call, const std::string& subresource) override;
  Result<kube::Object> apply(const kube::Resource& resource, const kube::Object& object,
                             const kube::ApplyOptions& options, const kube::Call& call,
                             const std::string& subresource) override;
  Result<kube::Object> patch(const kube::Resource& resource, const kube::ObjectKey& key,
                             kube::PatchType type, const nlohmann::json& body,
                             const kube::Call& call, const std::string& subresource) override;
  Status remove(const kube::Resource& resource, const kube::ObjectKey& key,
                const kube::DeleteOptions& options, const kube::Call& call) override;
  Status watch(const kube::Resource& resource, const kube::WatchOptions& options,
               const kube::Call& call, const kube::WatchSink& sink) override;
  Result<kube::Object> read(const std::string& path, const kube::Call& call) override;

 private:
  using Id = std::pair<std::string, kube::ObjectKey>;
  Status ask(const std::string& verb, const kube::Call& call) const;
  Result<kube::Object> store(const Id& id, nlohmann::json document, bool isNew);

  mutable std::mutex mutex_;
  std::map<Id, nlohmann::json> objects_;
  int version_ = 100;
  int writes_ = 0;
};

// {"apiVersion","kind","metadata":{"namespace","name",...}}
kube::Object makeObject(const kube::Resource& resource, const kube::ObjectKey& key,
                        nlohmann::json extra = nlohmann::json::object());

}  // namespace shopkeeper::testing
