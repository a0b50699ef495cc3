// A question, and a reply whose every claim names its source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/dialogue/domain/price_range.h"
#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {

struct Question {
  std::string message;
  std::optional<Language> language;  // of the reply; detected where absent
  std::string product;               // id of the product the person is looking at, or empty
};

struct Source {
  enum class Kind { Answer, Product };
  Kind kind;
  std::string id;
  std::string title;
  bool operator==(const Source&) const = default;
};

struct Reply {
  std::string text;
  double confidence = 0;  // 0..1
  bool known = false;     // false: the reply says that it does not know, and offers what it can
  std::vector<Source> sources;
  std::vector<std::string> products;  // ids worth showing beside the reply
  bool stale = false;                 // a part came from a copy that may be out of date
};

// What a follow-up may lean on. Small, copied freely.
struct Context {
  std::string product;                // last single product spoken of, id
  std::vector<std::string> products;  // last list shown, ids
  std::string query;                  // last wish for products ("laptop for travel")
  PriceRange range;
  bool operator==(const Context&) const = default;
};

}  // namespace shopkeeper::dialogue
