// The JSON of GET /v1/search.
#pragma once

#include <string>

#include "services/search/result.h"

namespace shopkeeper::search {

std::string renderJson(const SearchResult& result, bool stale);

}  // namespace shopkeeper::search
