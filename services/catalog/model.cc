#include "services/catalog/model.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/clock.h"
#include "services/catalog/reader.h"

namespace shopkeeper::catalog {
namespace {

constexpr std::size_t kNameBytes = 300;  // brand, category, topic, attribute names
constexpr std::size_t kTitleBytes = 1'000;
constexpr std::size_t kTextBytes = 64u << 10;  // descriptions and answers
constexpr std::size_t kValueBytes = 8u << 10;  // one attribute's value
constexpr std::size_t kAttributes = 500;
constexpr std::size_t kListItems = 200;  // related products, alternatives
constexpr double kMaxPrice = 1e12;

std::optional<EventType> eventTypeOf(std::string_view text) {
  for (const EventType type : {EventType::View, EventType::Cart, EventType::Purchase}) {
    if (text == toString(type)) return type;
  }
  return {};
}

}  // namespace

std::string_view toString(EventType type) {
  switch (type) {
    case EventType::View:
      return "view";
    case EventType::Cart:
      return "cart";
    case EventType::Purchase:
      return "purchase";
  }
  return "view";
}

nlohmann::json toJson(const Product& product) {
  return {{"kind", "product"},
          {"id", product.id},
          {"title", product.title},
          {"title_zh", product.titleZh},
          {"description", product.description},
          {"description_zh", product.descriptionZh},
          {"brand", product.brand},
          {"category", product.category},
          {"category_zh", product.categoryZh},
          {"price", product.price},
          {"currency", product.currency},
          {"attributes", product.attributes},
          {"related", product.related},
          {"popularity", product.popularity}};
}

nlohmann::json toJson(const Answer& answer) {
  return {{"kind", "answer"},
          {"id", answer.id},
          {"question", answer.question},
          {"question_zh", answer.questionZh},
          {"answer", answer.answer},
          {"answer_zh", answer.answerZh},
          {"topic", answer.topic},
          {"alternatives", answer.alternatives},
          {"alternatives_zh", answer.alternativesZh}};
}

nlohmann::json toJson(const Event& event) {
  nlohmann::json json = {
      {"kind", "event"},    {"id", event.id},           {"type", toString(event.type)},
      {"user", event.user}, {"session", event.session}, {"product", event.product},
      {"at", event.at}};
  if (event.seq != 0) json["seq"] = event.seq;
  return json;
}

Result<Product> parseProduct(const nlohmann::json& json) {
  Product product;
  Reader reader(json, "product");
  reader.id("id", product.id);
  reader.text("title", product.title, kTitleBytes);
  reader.text("title_zh", product.titleZh, kTitleBytes);
  reader.text("description", product.description, kTextBytes);
  reader.text("description_zh", product.descriptionZh, kTextBytes);
  reader.text("brand", product.brand, kNameBytes);
  reader.text("category", product.category, kNameBytes);
  reader.text("category_zh", product.categoryZh, kNameBytes);
  reader.number("price", product.price, 0, kMaxPrice);
  reader.text("currency", product.currency, 3);
  reader.textMap("attributes", product.attributes, kAttributes, kNameBytes, kValueBytes);
  reader.idList("related", product.related, kListItems);
  reader.number("popularity", product.popularity, 0, 1);
  if (product.title.empty() && product.titleZh.empty()) {
    reader.fail("title", "present and not empty (or title_zh)");
  }
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!product.currency.empty() &&
      (product.currency.size() != 3 || !std::ranges::all_of(product.currency, upper))) {
    reader.fail("currency", "three capital letters (ISO 4217), such as EUR");
  }
  if (auto error = reader.error()) return *error;
  return product;
}

Result<Answer> parseAnswer(const nlohmann::json& json) {
  Answer answer;
  Reader reader(json, "answer");
  reader.id("id", answer.id);
  reader.text("question", answer.question, kTitleBytes);
  reader.text("question_zh", answer.questionZh, kTitleBytes);
  reader.text("answer", answer.answer, kTextBytes);
  reader.text("answer_zh", answer.answerZh, kTextBytes);
  reader.text("topic", answer.topic, kNameBytes);
  reader.textList("alternatives", answer.alternatives, kListItems, kTitleBytes);
  reader.textList("alternatives_zh", answer.alternativesZh, kListItems, kTitleBytes);
  if (answer.question.empty() && answer.questionZh.empty()) {
    reader.fail("question", "present and not empty (or question_zh)");
  }
  if (answer.answer.empty() && answer.answerZh.empty()) {
    reader.fail("answer", "present and not empty (or answer_zh)");
  }
  if (auto error = reader.error()) return *error;
  return answer;
}

Result<Event> parseEvent(const nlohmann::json& json) {
  Event event;
  Reader reader(json, "event");
  std::string type;
  reader.id("id", event.id);
  reader.text("type", type, kNameBytes);
  reader.text("user", event.user, kNameBytes);
  reader.text("session", event.session, kNameBytes);
  reader.id("product", event.product);
  reader.text("at", event.at, kNameBytes);
  reader.whole("seq", event.seq);
  const auto known = eventTypeOf(type);
  if (!known) reader.fail("type", "view, cart or purchase");
  if (event.user.empty() && event.session.empty()) {
    reader.fail("user", "present and not empty (or session)");
  }
  WallTime at;
  if (!parseRfc3339(event.at, at)) {
    reader.fail("at", "an RFC 3339 time, such as 2026-07-01T08:30:00Z");
  } else if (event.at.back() != 'Z') {
    event.at = toRfc3339(at);  // kept in UTC, so that texts sort as times do
  }
  if (auto error = reader.error()) return *error;
  event.type = *known;
  return event;
}

}  // namespace shopkeeper::catalog
