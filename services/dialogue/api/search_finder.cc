#include "services/dialogue/api/search_finder.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "common/http/router.h"

namespace shopkeeper::dialogue {

Result<ProductFinder::Found> SearchFinder::find(const std::string& query, Language language,
                                                const PriceRange& range, std::size_t limit) {
  std::string target = "/v1/search?q=" + http::percentEncode(query) +
                       "&lang=" + std::string(toString(language)) +
                       "&limit=" + std::to_string(limit);
  if (range.min) target += "&min_price=" + std::to_string(std::llround(*range.min));
  if (range.max) target += "&max_price=" + std::to_string(std::llround(*range.max));
  const http::Request request{
      .method = "GET", .target = target, .headers = {}, .body = {}, .peer = {}};
  http::CallOptions options;
  options.timeout = std::chrono::milliseconds(1'500);
  const auto response = search_.send(request, options);
  if (!response) return response.error().within("searching");
  if (response->status != 200) {
    return http::errorFromStatus(response->status,
                                 "search answered " + std::to_string(response->status));
  }
  const auto body = nlohmann::json::parse(response->body, nullptr, false);
  if (!body.is_object() || !body.contains("hits") || !body["hits"].is_array()) {
    return Error(ErrorCode::Corrupt, "search answered something else than hits");
  }
  Found found;
  for (const auto& hit : body["hits"]) {
    if (hit.is_object() && hit.contains("id") && hit["id"].is_string()) {
      found.ids.push_back(hit["id"]);
    }
  }
  found.stale = body.contains("stale") && body["stale"].is_boolean() && body["stale"].get<bool>();
  return found;
}

}  // namespace shopkeeper::dialogue
