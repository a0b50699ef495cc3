// A local, current copy of one kind of objects, and word of every change to it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "common/metrics.h"
#include "common/random.h"
#include "operator/kube/client.h"
#include "operator/kube/pause.h"
#include "operator/kube/store.h"

namespace shopkeeper::kube {

// One change of the store. Objects are decoded when asked for.
class InformerEvent {
 public:
  enum class Type { Added, Updated, Deleted };

  InformerEvent(Store::Change change, bool initial)
      : change_(std::move(change)), initial_(initial) {}

  Type type() const;
  const ObjectKey& key() const { return any().key(); }
  const std::vector<std::string>& ownerUids() const { return any().ownerUids(); }
  // The object as it is now; for Deleted as it was last seen.
  Object object() const { return any().unpack(); }
  // As it was before; empty Object for Added.
  Object previous() const { return change_.before ? change_.before->unpack() : Object(); }
  // It is part of the first list (or of a relist): enqueue with low priority.
  bool initial() const { return initial_; }

 private:
  const PackedObject& any() const { return change_.after ? *change_.after : *change_.before; }
  Store::Change change_;
  bool initial_;
};

// Must not block: put a key into a queue and return. Never runs twice at once for one informer.
using InformerHandler = std::function<void(const InformerEvent&)>;

// Edits an object before it is stored.
using Transform = std::function<void(nlohmann::json& document)>;

// Drops metadata.managedFields and the last-applied annotation; always runs first.
void dropManagedFields(nlohmann::json& document);

struct InformerOptions {
  std::string ns;  // empty: all namespaces
  std::string labelSelector;
  std::string fieldSelector;
  std::vector<Transform> transforms;
  std::vector<std::string> labelIndexes;
};

// Guarantees: handlers see each change after the store has it, in the server's order per object;
// an object that vanished while the watch was down is reported Deleted; an unchanged one is not
// reported again by a relist. Reconnects for ever, with back-off.
// Assumptions: client, clock, random, pause and metrics outlive it; handlers are added before
// start().
class Informer {
 public:
  struct Deps {
    Client& client;
    const Clock& clock;
    Random& random;
    Pause& pause;
    Metrics* metrics = nullptr;
  };
  Informer(Resource resource, InformerOptions options, Deps deps);
  ~Informer();  // stops

  void addHandler(InformerHandler handler);
  void start();
  // Ends the watch and joins the thread. Idempotent.
  void stop();

  const Resource& resource() const { return resource_; }
  const Store& store() const { return store_; }
  // The first list was stored and its events were handled.
  bool hasSynced() const { return synced_.load(std::memory_order_acquire); }
  // False where the deadline or the stop came first.
  bool waitForSync(Duration timeout, const std::stop_token& stop) const;
  // For /readyz: not synced yet, or the last error while nothing can be read from the server.
  Status health() const;

 private:
  struct Run;

  const Resource resource_;
  const InformerOptions options_;
  Deps deps_;
  Store store_;
  std::vector<InformerHandler> handlers_;
  std::atomic<bool> synced_{false};
  std::unique_ptr<Run> run_;
};

}  // namespace shopkeeper::kube
