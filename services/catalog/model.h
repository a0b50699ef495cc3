// Products, answers and events: what a catalogue holds. Format: services/catalog-data/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"

namespace shopkeeper::catalog {

struct Product {
  std::string id;
  std::string title, titleZh;
  std::string description, descriptionZh;
  std::string brand;
  std::string category, categoryZh;
  double price = 0;  // in whole units of `currency`; 0 where unknown
  std::string currency;
  std::map<std::string, std::string> attributes;
  std::vector<std::string> related;  // ids of accessories
  double popularity = 0;             // 0..1
  bool operator==(const Product&) const = default;
};

struct Answer {
  std::string id;
  std::string question, questionZh;
  std::string answer, answerZh;
  std::string topic;
  std::vector<std::string> alternatives, alternativesZh;  // other ways to ask the same
  bool operator==(const Answer&) const = default;
};

enum class EventType { View, Cart, Purchase };

struct Event {
  std::uint64_t seq = 0;  // given by the knowledge service, rising; 0 before it is stored
  std::string id;
  EventType type = EventType::View;
  std::string user;
  std::string session;
  std::string product;
  std::string at;  // RFC 3339, UTC
  bool operator==(const Event&) const = default;
};

// JSON as on the wire and in catalogue files (`kind` included). Parsing checks lengths, ranges and
// types; InvalidArgument names the field and what is allowed. Unknown fields are ignored.
nlohmann::json toJson(const Product& product);
nlohmann::json toJson(const Answer& answer);
nlohmann::json toJson(const Event& event);
Result<Product> parseProduct(const nlohmann::json& json);
Result<Answer> parseAnswer(const nlohmann::json& json);
Result<Event> parseEvent(const nlohmann::json& json);

std::string_view toString(EventType type);

}  // namespace shopkeeper::catalog
