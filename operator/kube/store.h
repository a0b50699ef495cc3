// What an informer knows: objects by key, with indexes, kept small.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "operator/kube/object.h"

namespace shopkeeper::kube {

// An object at rest: CBOR bytes beside the few fields that indexes and predicates need. Decoding
// costs some ten microseconds per kilobyte and is done on get(); at rest a pruned pod takes a
// quarter of its parsed form.
class PackedObject {
 public:
  // `indexedLabels`: labels whose values are kept outside the packed bytes.
  explicit PackedObject(const Object& object, const std::vector<std::string>& indexedLabels = {});
  Object unpack() const;

  const ObjectKey& key() const { return key_; }
  const std::string& uid() const { return uid_; }
  const std::string& resourceVersion() const { return resourceVersion_; }
  const std::vector<std::string>& ownerUids() const { return ownerUids_; }
  const std::vector<std::optional<std::string>>& labelValues() const { return labelValues_; }
  std::size_t bytes() const;

 private:
  ObjectKey key_;
  std::string uid_;
  std::string resourceVersion_;
  std::vector<std::string> ownerUids_;
  std::vector<std::optional<std::string>> labelValues_;  // in the order of indexedLabels
  std::vector<std::uint8_t> cbor_;
};

// Read by many threads, written by its informer. Reads see whole states: a replacement is atomic.
class Store {
 public:
  // `labelIndexes` names labels by whose value byLabel() may ask.
  explicit Store(std::vector<std::string> labelIndexes = {});

  std::optional<Object> get(const ObjectKey& key) const;
  bool contains(const ObjectKey& key) const;
  // Sorted by key. An empty namespace means all.
  std::vector<Object> list(const std::string& ns = {}) const;
  std::vector<ObjectKey> keys() const;
  // Objects with an ownerReference to this uid, sorted by key.
  std::vector<Object> byOwner(const std::string& ownerUid) const;
  // Objects whose indexed label has this value, sorted by key. Empty for a label without index.
  std::vector<Object> byLabel(const std::string& label, const std::string& value,
                              const std::string& ns = {}) const;
  std::size_t size() const;
  std::size_t bytes() const;  // of the packed objects, an estimate

  using Packed = std::shared_ptr<const PackedObject>;
  struct Change {
    Packed before;  // null: it is new
    Packed after;   // null: it is gone
  };
  // For the informer. Each returns what really changed: an object whose resourceVersion is the one
  // already held is no change.
  std::optional<Change> put(const Object& object);
  std::optional<Change> erase(const ObjectKey& key);
  // The packed objects become the whole content; vanished ones come back as deletions.
  std::vector<Change> replace(std::vector<Packed> objects);

  Packed pack(const Object& object) const;

 private:
  using Index = std::unordered_map<std::string, std::map<ObjectKey, Packed>>;

  void link(const Packed& object);
  void unlink(const Packed& object);
  std::vector<Object> unpack(const Index& index, const std::string& value,
                             const std::string& ns) const;

  const std::vector<std::string> labels_;
  mutable std::shared_mutex mutex_;
  std::map<ObjectKey, Packed> objects_;
  Index byOwner_;
  std::vector<Index> byLabel_;  // in the order of labels_
  std::size_t bytes_ = 0;
};

}  // namespace shopkeeper::kube
