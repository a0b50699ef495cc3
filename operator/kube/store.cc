#include "operator/kube/store.h"

#include <mutex>
#include <nlohmann/json.hpp>

namespace shopkeeper::kube {

PackedObject::PackedObject(const Object& object, const std::vector<std::string>& indexedLabels)
    : key_(object.key()),
      uid_(object.uid()),
      resourceVersion_(object.resourceVersion()),
      cbor_(nlohmann::json::to_cbor(object.json())) {
  cbor_.shrink_to_fit();
  for (OwnerReference& owner : object.owners()) ownerUids_.push_back(std::move(owner.uid));
  labelValues_.reserve(indexedLabels.size());
  for (const std::string& label : indexedLabels) labelValues_.push_back(object.label(label));
}

Object PackedObject::unpack() const { return Object(nlohmann::json::from_cbor(cbor_)); }

std::size_t PackedObject::bytes() const {
  return sizeof *this + cbor_.capacity() + key_.ns.capacity() + key_.name.capacity() +
         uid_.capacity() + resourceVersion_.capacity();
}

Store::Store(std::vector<std::string> labelIndexes)
    : labels_(std::move(labelIndexes)), byLabel_(labels_.size()) {}

Store::Packed Store::pack(const Object& object) const {
  return std::make_shared<const PackedObject>(object, labels_);
}

std::optional<Object> Store::get(const ObjectKey& key) const {
  Packed found;
  {
    std::shared_lock lock(mutex_);
    const auto at = objects_.find(key);
    if (at == objects_.end()) return std::nullopt;
    found = at->second;
  }
  return found->unpack();
}

bool Store::contains(const ObjectKey& key) const {
  std::shared_lock lock(mutex_);
  return objects_.contains(key);
}

std::vector<Object> Store::list(const std::string& ns) const {
  std::vector<Packed> found;
  {
    std::shared_lock lock(mutex_);
    auto at = ns.empty() ? objects_.begin() : objects_.lower_bound(ObjectKey{ns, ""});
    for (; at != objects_.end() && (ns.empty() || at->first.ns == ns); ++at) {
      found.push_back(at->second);
    }
  }
  std::vector<Object> out;
  out.reserve(found.size());
  for (const Packed& one : found) out.push_back(one->unpack());
  return out;
}

std::vector<ObjectKey> Store::keys() const {
  std::shared_lock lock(mutex_);
  std::vector<ObjectKey> out;
  out.reserve(objects_.size());
  for (const auto& [key, object] : objects_) out.push_back(key);
  return out;
}

std::vector<Object> Store::unpack(const Index& index, const std::string& value,
                                  const std::string& ns) const {
  std::vector<Packed> found;
  {
    std::shared_lock lock(mutex_);
    const auto entry = index.find(value);
    if (entry == index.end()) return {};
    for (const auto& [key, object] : entry->second) {
      if (ns.empty() || key.ns == ns) found.push_back(object);
    }
  }
  std::vector<Object> out;
  out.reserve(found.size());
  for (const Packed& one : found) out.push_back(one->unpack());
  return out;
}

std::vector<Object> Store::byOwner(const std::string& ownerUid) const {
  return unpack(byOwner_, ownerUid, {});
}

std::vector<Object> Store::byLabel(const std::string& label, const std::string& value,
                                   const std::string& ns) const {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (labels_[i] == label) return unpack(byLabel_[i], value, ns);
  }
  return {};
}

std::size_t Store::size() const {
  std::shared_lock lock(mutex_);
  return objects_.size();
}

std::size_t Store::bytes() const {
  std::shared_lock lock(mutex_);
  return bytes_;
}

void Store::link(const Packed& object) {
  objects_[object->key()] = object;
  bytes_ += object->bytes();
  for (const std::string& uid : object->ownerUids()) byOwner_[uid][object->key()] = object;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (const auto& value = object->labelValues()[i]) byLabel_[i][*value][object->key()] = object;
  }
}

void Store::unlink(const Packed& object) {
  const auto drop = [&](Index& index, const std::string& value) {
    const auto entry = index.find(value);
    if (entry == index.end()) return;
    entry->second.erase(object->key());
    if (entry->second.empty()) index.erase(entry);
  };
  bytes_ -= object->bytes();
  for (const std::string& uid : object->ownerUids()) drop(byOwner_, uid);
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (const auto& value = object->labelValues()[i]) drop(byLabel_[i], *value);
  }
  objects_.erase(object->key());
}

std::optional<Store::Change> Store::put(const Object& object) {
  const Packed after = pack(object);
  std::unique_lock lock(mutex_);
  const auto at = objects_.find(after->key());
  const Packed before = at == objects_.end() ? nullptr : at->second;
  if (before && before->uid() == after->uid() &&
      before->resourceVersion() == after->resourceVersion()) {
    return std::nullopt;
  }
  if (before) unlink(before);
  link(after);
  return Change{before, after};
}

std::optional<Store::Change> Store::erase(const ObjectKey& key) {
  std::unique_lock lock(mutex_);
  const auto at = objects_.find(key);
  if (at == objects_.end()) return std::nullopt;
  const Packed before = at->second;
  unlink(before);
  return Change{before, nullptr};
}

std::vector<Store::Change> Store::replace(std::vector<Packed> objects) {
  std::vector<Change> changes;
  std::unique_lock lock(mutex_);
  auto old = std::move(objects_);
  objects_.clear();
  byOwner_.clear();
  for (Index& index : byLabel_) index.clear();
  bytes_ = 0;
  for (Packed& object : objects) {
    const auto at = old.find(object->key());
    Packed before = at == old.end() ? nullptr : at->second;
    if (at != old.end()) old.erase(at);
    if (objects_.contains(object->key())) {
      // Listed twice (it changed between two pages): the later one counts.
      const Packed earlier = objects_[object->key()];
      unlink(earlier);
      before = earlier;
    }
    const bool same = before && before->uid() == object->uid() &&
                      before->resourceVersion() == object->resourceVersion();
    link(same ? before : object);
    if (!same) changes.push_back({before, object});
  }
  for (auto& [key, gone] : old) changes.push_back({gone, nullptr});
  return changes;
}

}  // namespace shopkeeper::kube
