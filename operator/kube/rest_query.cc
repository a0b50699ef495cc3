#include "operator/kube/rest_query.h"

#include <nlohmann/json.hpp>

#include "common/http/message.h"

namespace shopkeeper::kube {
namespace {

using nlohmann::json;

class Query {
 public:
  void add(const char* name, const std::string& value) {
    if (value.empty()) return;
    text_ += text_.empty() ? '?' : '&';
    text_ += name;
    text_ += '=';
    text_ += http::percentEncode(value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string meta(const json& list, const char* name) {
  const auto metadata = list.find("metadata");
  if (metadata == list.end() || !metadata->is_object()) return {};
  const auto value = metadata->find(name);
  return value != metadata->end() && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace

std::string listQuery(const ListOptions& options, const std::string& continueToken) {
  Query query;
  query.add("labelSelector", options.labelSelector);
  query.add("fieldSelector", options.fieldSelector);
  if (options.pageSize > 0) query.add("limit", std::to_string(options.pageSize));
  query.add("continue", continueToken);
  return query.take();
}

std::string watchQuery(const WatchOptions& options) {
  Query query;
  query.add("watch", "true");
  query.add("allowWatchBookmarks", "true");
  query.add("labelSelector", options.labelSelector);
  query.add("fieldSelector", options.fieldSelector);
  query.add("resourceVersion", options.resourceVersion);
  query.add("timeoutSeconds", std::to_string(options.timeout.count()));
  return query.take();
}

std::string applyQuery(const ApplyOptions& options) {
  Query query;
  query.add("fieldManager", options.fieldManager);
  query.add("force", options.force ? "true" : "false");
  return query.take();
}

std::string deleteBody(const DeleteOptions& options) {
  json body = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  switch (options.propagation) {
    case Propagation::Background:
      body["propagationPolicy"] = "Background";
      break;
    case Propagation::Foreground:
      body["propagationPolicy"] = "Foreground";
      break;
    case Propagation::Orphan:
      body["propagationPolicy"] = "Orphan";
      break;
  }
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.resourceVersion.empty()) {
    body["preconditions"]["resourceVersion"] = options.resourceVersion;
  }
  if (options.gracePeriodSeconds) body["gracePeriodSeconds"] = *options.gracePeriodSeconds;
  return body.dump();
}

Result<Page> readPage(const Resource& resource, json list) {
  if (!list.is_object()) return Error(ErrorCode::Corrupt, "the list is not a JSON object");
  const auto items = list.find("items");
  Page page;
  page.resourceVersion = meta(list, "resourceVersion");
  page.continueToken = meta(list, "continue");
  // A null means none: Go writes it for an empty slice.
  const bool readable = items != list.end() && (items->is_array() || items->is_null());
  if (!readable || page.resourceVersion.empty()) {
    return Error(ErrorCode::Corrupt, "the list has no items or no resource version");
  }
  if (items->is_null()) return page;
  page.items.reserve(items->size());
  for (json& item : *items) {
    if (!item.is_object()) return Error(ErrorCode::Corrupt, "an item of the list is no object");
    item["apiVersion"] = resource.apiVersion();
    item["kind"] = resource.kind;
    page.items.emplace_back(std::move(item));
    if (page.items.back().name().empty()) {
      return Error(ErrorCode::Corrupt, "an item of the list has no name");
    }
  }
  return page;
}

}  // namespace shopkeeper::kube
