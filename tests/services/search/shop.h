// A small shop to search in, and the ways to ask it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/catalog/follower.h"
#include "services/search/engine.h"
#include "services/search/request.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::search::testing {

using shopkeeper::testing::TemporaryDirectory;

catalog::Product product(const std::string& id, const std::string& title, const std::string& brand,
                         const std::string& category, double price, double popularity = 0.1);

// Eleven bilingual products in id order, as a follower would hand them over.
catalog::Snapshot shop(const std::string& version = "v1");

std::shared_ptr<Index> indexOf(const catalog::Snapshot& snapshot, const TemporaryDirectory& where);

SearchRequest asking(const std::string& query, Language language = Language::English);

std::vector<std::string> idsOf(const SearchResult& result);

}  // namespace shopkeeper::search::testing
