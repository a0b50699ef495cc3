#include "operator/kube/finalizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace shopkeeper::kube {
namespace {

constexpr int kAttempts = 4;

Result<Object> write(Client& client, const Resource& resource, const Object& object,
                     const std::vector<std::string>& finalizers, const Call& call) {
  // uid and resourceVersion in a merge patch are preconditions: Conflict where they differ.
  const nlohmann::json body = {{"metadata",
                                {{"uid", object.uid()},
                                 {"resourceVersion", object.resourceVersion()},
                                 {"finalizers", finalizers}}}};
  return client.patch(resource, object.key(), PatchType::Merge, body, call);
}

}  // namespace

Result<Object> ensureFinalizer(Client& client, const Resource& resource, const Object& object,
                               const std::string& finalizer, const Call& call) {
  if (object.hasFinalizer(finalizer)) return object;
  if (object.deleting()) {
    return Error(ErrorCode::InvalidArgument,
                 resource.kind + " " + object.key().toString() + " is being deleted");
  }
  auto finalizers = object.finalizers();
  finalizers.push_back(finalizer);
  return write(client, resource, object, finalizers, call);
}

Status removeFinalizer(Client& client, const Resource& resource, const Object& object,
                       const std::string& finalizer, const Call& call) {
  Object current = object;
  for (int attempt = 1;; ++attempt) {
    if (!current.hasFinalizer(finalizer)) return ok();
    auto finalizers = current.finalizers();
    std::erase(finalizers, finalizer);
    const auto written = write(client, resource, current, finalizers, call);
    if (written || written.error().code() == ErrorCode::NotFound) return ok();
    if (written.error().code() != ErrorCode::Conflict || attempt == kAttempts) {
      return written.error();
    }
    auto fresh = client.get(resource, object.key(), call);
    if (!fresh && fresh.error().code() == ErrorCode::NotFound) return ok();
    if (!fresh) return fresh.error();
    if (fresh->uid() != object.uid()) return ok();  // ours is gone, this is its successor
    current = *std::move(fresh);
  }
}

}  // namespace shopkeeper::kube
