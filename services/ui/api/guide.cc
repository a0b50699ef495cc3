#include "services/ui/api/guide.h"

#include <nlohmann/json.hpp>

#include "common/http/router.h"

namespace shopkeeper::ui {
namespace {

using nlohmann::json;

std::string messageOf(const http::Response& response) {
  const json body = json::parse(response.body, nullptr, false);
  if (body.is_object() && body.contains("error") && body["error"].is_object()) {
    return body["error"].value("message", "refused");
  }
  return "refused with status " + std::to_string(response.status);
}

}  // namespace

Guide::Guide(Upstream& search, Upstream& recommendation, Upstream& knowledge, Upstream& dialogue,
             Metrics& metrics)
    : search_(search),
      recommendation_(recommendation),
      knowledge_(knowledge),
      dialogue_(dialogue),
      metrics_(metrics) {}

void Guide::useCatalog(std::shared_ptr<const LocalCatalog> catalog) {
  std::lock_guard lock(mutex_);
  catalog_ = std::move(catalog);
}

std::shared_ptr<const LocalCatalog> Guide::catalog() const {
  std::lock_guard lock(mutex_);
  return catalog_;
}

Result<json> Guide::liveOrKept(const std::string& key, const char* what,
                               const std::function<Result<http::Response>()>& live) {
  const auto count = [&](const char* from) {
    metrics_
        .counter("ui_answers_total", "Answers by where they came from.",
                 {{"what", what}, {"from", from}})
        .Increment();
  };
  auto response = live();
  if (response && response->status >= 400 && response->status < 500) {
    return http::errorFromStatus(response->status, messageOf(*response));
  }
  Error failure = response ? Error(ErrorCode::Unavailable, std::string(what) + " is unavailable")
                           : response.error();
  if (response && response->status == 200) {
    json body = json::parse(response->body, nullptr, false);
    if (body.is_object()) {
      kept_.put(key, std::move(response->body));
      count("live");
      return body;
    }
    failure = Error(ErrorCode::Unavailable, std::string(what) + " answered something unreadable");
  }
  if (const auto kept = kept_.get(key)) {
    json body = json::parse(*kept, nullptr, false);
    body["stale"] = true;
    count("kept");
    return body;
  }
  count("none");
  return failure;
}

Result<json> Guide::search(const SearchQuery& query) {
  const std::string target = query.target();
  auto answer = liveOrKept("search " + target, "search", [&] { return search_.get(target); });
  if (answer || !answer.error().retryable()) return answer;
  if (const auto local = catalog()) return local->search(query);
  return Error(ErrorCode::Unavailable, "Search is away and no copy of the catalogue is here yet.");
}

Result<json> Guide::product(const std::string& id) {
  const std::string target = "/v1/products/" + http::percentEncode(id);
  auto answer = liveOrKept("product " + id, "product", [&] { return knowledge_.get(target); });
  if (answer || !answer.error().retryable()) return answer;
  const auto local = catalog();
  if (local == nullptr) {
    return Error(ErrorCode::Unavailable,
                 "The product data is away and no copy of the catalogue is here yet.");
  }
  const catalog::Product* product = local->product(id);
  if (product == nullptr) return Error(ErrorCode::NotFound, "There is no such product.");
  json body = catalog::toJson(*product);
  body["stale"] = true;
  return body;
}

void Guide::addCards(json& items, const LocalCatalog* catalog) const {
  json kept = json::array();
  for (json& item : items) {
    if (!item.is_object() || !item.contains("id") || !item["id"].is_string()) continue;
    const catalog::Product* product =
        catalog == nullptr ? nullptr : catalog->product(item["id"].get<std::string>());
    if (product == nullptr) continue;  // withdrawn, or not here yet: nothing to show
    item["product"] = LocalCatalog::card(*product);
    kept.push_back(std::move(item));
  }
  items = std::move(kept);
}

Result<json> Guide::recommendations(const std::string& product, const std::string& user,
                                    int limit) {
  std::string target = "/v1/recommendations?limit=" + std::to_string(limit);
  if (!product.empty()) target += "&product=" + http::percentEncode(product);
  if (!user.empty()) target += "&user=" + http::percentEncode(user);
  // The kept answer is shared by all people, so it is only ever used for a product.
  const std::string key =
      "recommend " + product + (product.empty() ? " " + user : "") + " " + std::to_string(limit);
  auto answer = liveOrKept(key, "recommendation", [&] { return recommendation_.get(target); });
  const auto local = catalog();
  if (!answer) {
    if (local == nullptr) {
      return Error(ErrorCode::Unavailable, "Recommendations are away at the moment.");
    }
    answer = local->recommend(product, static_cast<std::size_t>(limit));
  }
  if (answer->contains("items") && (*answer)["items"].is_array()) {
    addCards((*answer)["items"], local.get());
  } else {
    (*answer)["items"] = json::array();
  }
  return answer;
}

Result<json> Guide::chat(const ChatMessage& message) {
  json body = {{"session", message.session}, {"message", message.message}};
  if (!message.lang.empty()) body["lang"] = message.lang;
  if (!message.product.empty()) body["product"] = message.product;
  const std::string text = body.dump(-1, ' ', false, json::error_handler_t::replace);
  // The session is part of the key: "how heavy is it?" means another product to another person.
  auto answer =
      liveOrKept("chat " + text, "dialogue", [&] { return dialogue_.post("/v1/chat", text); });
  const auto local = catalog();
  if (!answer && answer.error().retryable() && local != nullptr) {
    // Nobody is there to answer, but the words may still find products.
    SearchQuery query;
    query.text = message.message;
    query.lang = message.lang == "zh" ? "zh" : "en";
    query.limit = 3;
    const json found = local->search(query);
    json ids = json::array();
    for (const json& hit : found["hits"]) ids.push_back(hit["id"]);
    answer =
        json{{"reply", ""},     {"confidence", 0.0}, {"known", false},  {"sources", json::array()},
             {"products", ids}, {"stale", true},     {"degraded", true}};
  }
  if (!answer) return answer;
  json cards = json::array();
  if (local != nullptr && answer->contains("products") && (*answer)["products"].is_array()) {
    for (const json& id : (*answer)["products"]) {
      if (!id.is_string()) continue;
      const catalog::Product* product = local->product(id.get<std::string>());
      if (product != nullptr) cards.push_back(LocalCatalog::card(*product));
    }
  }
  (*answer)["cards"] = std::move(cards);
  return answer;
}

}  // namespace shopkeeper::ui
