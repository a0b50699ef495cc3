#include "services/catalog/field_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "services/catalog/text.h"

namespace shopkeeper::catalog {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 25> kTargets = {
    "kind",           "id",        "title",      "title_zh",     "description",
    "description_zh", "brand",     "category",   "category_zh",  "price",
    "currency",       "related",   "popularity", "question",     "question_zh",
    "answer",         "answer_zh", "topic",      "alternatives", "alternatives_zh",
    "type",           "user",      "session",    "product",      "at"};

Error wrong(const std::string& target, const std::string& expected) {
  return Error(ErrorCode::InvalidArgument,
               "catalogue map: \"" + shortened(target, 80) + "\" must be " + expected);
}

bool isEmpty(const json& value) {
  return value.is_null() ||
         (value.is_string() && trimmed(value.get_ref<const std::string&>()).empty());
}

// Lists become one text: our scalar fields and attributes hold no lists.
json flat(const std::string& target, const json& value) {
  const bool list = target == "related" || target.starts_with("alternatives");
  if (list || !value.is_array()) return value;
  std::string text;
  for (const json& item : value) {
    if (isEmpty(item) || item.is_structured()) continue;
    if (!text.empty()) text += ", ";
    text += item.is_string() ? item.get<std::string>() : item.dump();
  }
  return text;
}

// Ids, titles and the like are texts even where the source has numbers.
json asText(const std::string& target, json value) {
  const bool number = target == "price" || target == "popularity";
  if (!number && value.is_number()) return value.dump();
  if (number && value.is_string()) {
    if (const auto parsed = parseNumber(value.get_ref<const std::string&>())) return *parsed;
  }
  return value;
}

}  // namespace

Result<FieldMap> FieldMap::parse(std::string_view text) {
  const json map = json::parse(text, nullptr, false);
  if (!map.is_object()) {
    return Error(ErrorCode::InvalidArgument,
                 "catalogue map is not a JSON object such as {\"title\":\"name\"}");
  }
  FieldMap out;
  for (const auto& [target, value] : map.items()) {
    if (target == "attributes") {
      const json list = value.is_array() ? value : json::array({value});
      for (const json& item : list) {
        if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
          return wrong(target, "a field name, a prefix with '*' behind it, or a list of these");
        }
        out.attributes_.push_back(item);
      }
      continue;
    }
    if (std::ranges::find(kTargets, target) == kTargets.end()) {
      return wrong(target,
                   "a field of ours, such as id, title, description, brand, category or "
                   "price (services/catalog-data/README.md)");
    }
    auto rule = parseRule(target, value);
    if (!rule) return rule.error();
    out.rules_.emplace(target, std::move(*rule));
  }
  return out;
}

Result<FieldMap::Rule> FieldMap::parseRule(const std::string& target, const json& value) {
  Rule rule;
  const auto fieldsOf = [&](const json& names) {
    if (names.is_string()) rule.fields = splitList(names.get_ref<const std::string&>(), '|');
    return !rule.fields.empty();
  };
  if (value.is_string() && fieldsOf(value)) return rule;
  if (value.is_object() && value.size() == 1 && value.contains("value") &&
      value["value"].is_string()) {
    rule.constant = true;
    rule.value = value["value"];
    return rule;
  }
  const bool known =
      value.is_object() && value.contains("field") && value.size() == 1 + value.count("scale");
  if (known && fieldsOf(value["field"])) {
    if (!value.contains("scale")) return rule;
    rule.scaled = true;
    rule.scale = value["scale"].is_number() ? value["scale"].get<double>() : 0;
    if (rule.scale > 0) return rule;
  }
  return wrong(target,
               "a field name, names with '|' between them, {\"field\":NAME,\"scale\":NUMBER > 0} "
               "or {\"value\":TEXT}");
}

json FieldMap::apply(const json& record) const {
  if (!record.is_object()) return record;
  json out = json::object();
  for (const std::string_view name : kTargets) {
    const std::string target(name);
    const auto found = rules_.find(target);
    if (found == rules_.end()) {
      if (record.contains(target)) out[target] = asText(target, record[target]);
      continue;
    }
    const Rule& rule = found->second;
    if (rule.constant) out[target] = rule.value;
    for (const std::string& field : rule.fields) {
      const auto value = record.find(field);
      if (value == record.end() || isEmpty(*value)) continue;
      json taken = asText(target, flat(target, *value));
      if (rule.scaled && taken.is_number()) {
        // Cents times 0.01 is meant to be 19.99, not 19.990000000000002.
        taken = std::round(taken.get<double>() * rule.scale * 1e6) / 1e6;
      }
      out[target] = std::move(taken);
      break;
    }
  }
  applyAttributes(record, out);
  return out;
}

void FieldMap::applyAttributes(const json& record, json& out) const {
  const auto own = record.find("attributes");  // as a record in our own form has them
  if (attributes_.empty()) {
    if (own != record.end()) out["attributes"] = *own;
    return;
  }
  json attributes = own != record.end() && own->is_object() ? *own : json::object();
  for (const auto& [name, value] : record.items()) {
    for (const std::string& pattern : attributes_) {
      const bool prefix = pattern.back() == '*';
      const std::string_view stem(pattern.data(), pattern.size() - (prefix ? 1 : 0));
      const bool matches =
          prefix ? name.starts_with(stem) && name.size() > stem.size() : name == stem;
      if (!matches || isEmpty(value)) continue;
      attributes[prefix ? name.substr(stem.size()) : name] = flat("attributes", value);
      break;
    }
  }
  out["attributes"] = std::move(attributes);
}

}  // namespace shopkeeper::catalog
