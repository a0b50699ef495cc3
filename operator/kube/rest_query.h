// How requests and lists look on the wire: pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/kube/client.h"

namespace shopkeeper::kube {

// Each begins with '?', or is empty.
std::string listQuery(const ListOptions& options, const std::string& continueToken);
std::string watchQuery(const WatchOptions& options);
std::string applyQuery(const ApplyOptions& options);

// A DeleteOptions document.
std::string deleteBody(const DeleteOptions& options);

// A list answer; items get the apiVersion and kind that the API server leaves out of them. Corrupt
// where there is no items array or no resource version.
Result<Page> readPage(const Resource& resource, nlohmann::json list);

}  // namespace shopkeeper::kube
