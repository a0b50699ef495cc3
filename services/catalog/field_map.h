// Says which fields of a foreign catalogue are ours: {"title": "title|name", "brand": "supplier",
// "price": {"field": "price", "scale": 0.01}, "currency": {"value": "USD"},
// "attributes": ["attr_t_*", "attr_n_*"]}.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace shopkeeper::catalog {

// Immutable after parse(); thread-safe.
//
// "a|b" takes the first of the fields that is present and not empty; {"field", "scale"} reads a
// number and multiplies it; {"value"} is the same for every record. "attributes" lists fields by
// name or by prefix ("attr_t_*"; the name is what follows the prefix). A field that the map does
// not mention keeps its own name.
class FieldMap {
 public:
  // InvalidArgument, naming the entry and what is allowed.
  static Result<FieldMap> parse(std::string_view json);

  // The record in our own field names. Anything but an object comes back as it is.
  nlohmann::json apply(const nlohmann::json& record) const;

 private:
  struct Rule {
    std::vector<std::string> fields;
    double scale = 1;
    bool scaled = false;
    bool constant = false;
    std::string value;
  };
  static Result<Rule> parseRule(const std::string& target, const nlohmann::json& json);
  void applyAttributes(const nlohmann::json& record, nlohmann::json& out) const;

  std::map<std::string, Rule> rules_;
  std::vector<std::string> attributes_;  // as written, '*' included
};

}  // namespace shopkeeper::catalog
