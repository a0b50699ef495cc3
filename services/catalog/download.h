// Reads knowledge's catalogue over HTTP: what there is, and one version of it whole.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "common/http/client.h"
#include "common/result.h"
#include "services/catalog/follower.h"

namespace shopkeeper::catalog {

// The answer of GET /v1/catalog. An empty version means that nothing was ever imported.
struct CatalogueInfo {
  std::string version;
  std::uint64_t products = 0, answers = 0;
};

Result<CatalogueInfo> fetchInfo(http::HttpClient& knowledge, std::stop_token stop);

struct Parts {
  bool products = true;
  bool answers = true;
};

// All pages of version `info.version`. Gone where knowledge has moved on meanwhile; Corrupt where
// the pages do not add up to what `info` promised.
Result<std::shared_ptr<const Snapshot>> download(http::HttpClient& knowledge,
                                                 const CatalogueInfo& info, Parts parts,
                                                 std::stop_token stop);

}  // namespace shopkeeper::catalog
