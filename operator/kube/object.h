// A Kubernetes object of any kind: immutable JSON with typed access to its metadata.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "operator/kube/resource.h"

namespace shopkeeper::kube {

struct OwnerReference {
  std::string apiVersion;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;
};

// Copies share one document, so passing by value is cheap and an object out of a cache cannot be
// changed by accident: copy json(), edit the copy, and make a new Object of it. Thread-safe.
//
// Accessors never fail: a field that is absent or of another type reads as empty or zero.
class Object {
 public:
  Object();  // {}
  explicit Object(nlohmann::json document);

  // Corrupt where the text is not a JSON object.
  static Result<Object> parse(std::string_view text);

  const nlohmann::json& json() const { return *document_; }

  std::string apiVersion() const;
  std::string kind() const;
  std::string name() const;
  std::string ns() const;
  ObjectKey key() const { return {ns(), name()}; }
  std::string uid() const;
  std::string resourceVersion() const;
  std::int64_t generation() const;
  std::optional<WallTime> creationTime() const;
  std::optional<WallTime> deletionTime() const;
  // Deletion was asked for; finalizers hold the object.
  bool deleting() const;

  std::map<std::string, std::string> labels() const;
  std::map<std::string, std::string> annotations() const;
  std::optional<std::string> label(std::string_view name) const;
  std::optional<std::string> annotation(std::string_view name) const;
  std::vector<std::string> finalizers() const;
  bool hasFinalizer(std::string_view name) const;

  std::vector<OwnerReference> owners() const;
  // The owner with controller: true, if any.
  std::optional<OwnerReference> controller() const;

  // An ownerReferences entry that makes this object the controller of another
  // (blockOwnerDeletion as well), ready to be put into metadata.ownerReferences.
  nlohmann::json asControllerReference() const;

 private:
  std::shared_ptr<const nlohmann::json> document_;
};

}  // namespace shopkeeper::kube
