#include "operator/kube/client.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::kube {

Result<ObjectList> listAll(Client& client, const Resource& resource, const ListOptions& options,
                           const Call& call) {
  constexpr int kRestarts = 3;
  for (int attempt = 0;; ++attempt) {
    ObjectList all;
    std::string next;
    bool expired = false;
    do {
      auto page = client.listPage(resource, options, next, call);
      if (!page) {
        expired = page.error().code() == ErrorCode::Gone && !next.empty();
        if (expired && attempt < kRestarts) break;
        return page.error();
      }
      std::move(page->items.begin(), page->items.end(), std::back_inserter(all.items));
      all.resourceVersion = std::move(page->resourceVersion);
      next = std::move(page->continueToken);
    } while (!next.empty());
    if (!expired) return all;
  }
}

Result<bool> isServed(Client& client, const Resource& resource, const Call& call) {
  const std::string path = (resource.group.empty() ? "/api/" : "/apis/") + resource.apiVersion();
  const auto answer = client.read(path, call);
  if (!answer) {
    if (answer.error().code() == ErrorCode::NotFound) return false;
    return answer.error();
  }
  const auto list = answer->json().find("resources");
  if (list == answer->json().end() || !list->is_array()) return false;
  for (const auto& one : *list) {
    if (one.is_object() && one.value("name", "") == resource.plural) return true;
  }
  return false;
}

}  // namespace shopkeeper::kube
