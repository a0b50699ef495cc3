#include "tests/testing/kube_doubles.h"

namespace shopkeeper::testing {

using kube::Call;
using kube::Object;
using kube::ObjectKey;
using kube::Page;
using kube::Resource;
using nlohmann::json;

namespace {

Error notFound(const Resource& resource, const ObjectKey& key) {
  return {ErrorCode::NotFound, resource.plural + " " + key.toString() + " not found"};
}

Error conflict(const ObjectKey& key) {
  return {ErrorCode::Conflict, key.toString() + " has been modified"};
}

std::string meta(const json& document, const char* name) {
  return document.value(json::json_pointer(std::string("/metadata/") + name), "");
}

}  // namespace

Status MemoryClient::ask(const std::string& verb, const Call& call) const {
  return interfere ? interfere(verb, call) : ok();
}

Result<Object> MemoryClient::store(const Id& id, json document, bool isNew) {
  ++writes_;
  document["metadata"]["resourceVersion"] = std::to_string(++version_);
  if (isNew) document["metadata"]["uid"] = "uid-" + std::to_string(version_);
  const bool gone = document["metadata"].contains("deletionTimestamp") &&
                    document["metadata"].value("finalizers", json::array()).empty();
  if (gone) {
    objects_.erase(id);
  } else {
    objects_[id] = document;
  }
  return Object(std::move(document));
}

Result<Object> MemoryClient::get(const Resource& resource, const ObjectKey& key, const Call& call) {
  if (Status status = ask("get", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  const auto found = objects_.find({resource.toString(), key});
  if (found == objects_.end()) return notFound(resource, key);
  return Object(found->second);
}

Result<Page> MemoryClient::listPage(const Resource& resource, const kube::ListOptions& options,
                                    const std::string&, const Call& call) {
  if (Status status = ask("list", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  Page page;
  page.resourceVersion = std::to_string(version_);
  for (const auto& [id, document] : objects_) {
    if (id.first != resource.toString()) continue;
    if (!options.ns.empty() && id.second.ns != options.ns) continue;
    page.items.emplace_back(document);
  }
  return page;
}

Result<Object> MemoryClient::create(const Resource& resource, const Object& object,
                                    const Call& call, const std::string&) {
  if (Status status = ask("create", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  const Id id{resource.toString(), object.key()};
  if (objects_.contains(id)) {
    return Error(ErrorCode::AlreadyExists, object.key().toString() + " already exists");
  }
  return store(id, object.json(), true);
}

Result<Object> MemoryClient::replace(const Resource& resource, const Object& object,
                                     const Call& call, const std::string&) {
  if (Status status = ask("replace", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  const Id id{resource.toString(), object.key()};
  const auto found = objects_.find(id);
  if (found == objects_.end()) return notFound(resource, object.key());
  if (object.resourceVersion() != meta(found->second, "resourceVersion")) {
    return conflict(object.key());
  }
  return store(id, object.json(), false);
}

Result<Object> MemoryClient::apply(const Resource& resource, const Object& object,
                                   const kube::ApplyOptions&, const Call& call,
                                   const std::string&) {
  if (Status status = ask("apply", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  const Id id{resource.toString(), object.key()};
  const auto found = objects_.find(id);
  if (found == objects_.end()) return store(id, object.json(), true);
  json merged = found->second;
  merged.merge_patch(object.json());
  if (merged == found->second) return Object(std::move(merged));
  return store(id, std::move(merged), false);
}

Result<Object> MemoryClient::patch(const Resource& resource, const ObjectKey& key,
                                   kube::PatchType type, const json& body, const Call& call,
                                   const std::string&) {
  if (Status status = ask("patch", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  const Id id{resource.toString(), key};
  const auto found = objects_.find(id);
  if (found == objects_.end()) return notFound(resource, key);
  json patched = found->second;
  if (type == kube::PatchType::Merge) {
    for (const char* precondition : {"uid", "resourceVersion"}) {
      const std::string wanted = meta(body, precondition);
      if (!wanted.empty() && wanted != meta(patched, precondition)) return conflict(key);
    }
    patched.merge_patch(body);
  } else {
    patched = patched.patch(body);
  }
  return store(id, std::move(patched), false);
}

Status MemoryClient::remove(const Resource& resource, const ObjectKey& key,
                            const kube::DeleteOptions& options, const Call& call) {
  if (Status status = ask("delete", call); !status) return status.error();
  std::lock_guard lock(mutex_);
  const Id id{resource.toString(), key};
  const auto found = objects_.find(id);
  if (found == objects_.end()) return notFound(resource, key);
  if (!options.uid.empty() && options.uid != meta(found->second, "uid")) return conflict(key);
  json document = found->second;
  document["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  static_cast<void>(store(id, std::move(document), false));
  return ok();
}

Status MemoryClient::watch(const Resource&, const kube::WatchOptions&, const Call& call,
                           const kube::WatchSink&) {
  return ask("watch", call);
}

Result<Object> MemoryClient::read(const std::string& path, const Call& call) {
  if (Status status = ask("read", call); !status) return status.error();
  return Error(ErrorCode::NotFound, path + " not found");
}

Object makeObject(const Resource& resource, const ObjectKey& key, json extra) {
  json document = {{"apiVersion", resource.apiVersion()},
                   {"kind", resource.kind},
                   {"metadata", {{"name", key.name}}}};
  if (!key.ns.empty()) document["metadata"]["namespace"] = key.ns;
  document.merge_patch(extra);
  return Object(std::move(document));
}

}  // namespace shopkeeper::testing
