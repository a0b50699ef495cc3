// Reading typed fields out of JSON with errors that name the field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace shopkeeper::wire {

// Reads optional fields of one object and remembers the first that has the wrong type.
class FieldReader {
 public:
  FieldReader(const nlohmann::json& object, std::string where)
      : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) fail("", "an object");
  }

  void read(const char* name, std::string& out) {
    if (const auto* value = find(name)) {
      value->is_string() ? void(out = value->get<std::string>()) : fail(name, "a string");
    }
  }
  void read(const char* name, bool& out) {
    if (const auto* value = find(name)) {
      value->is_boolean() ? void(out = value->get<bool>()) : fail(name, "true or false");
    }
  }
  void read(const char* name, double& out) {
    if (const auto* value = find(name)) {
      value->is_number() ? void(out = value->get<double>()) : fail(name, "a number");
    }
  }
  void read(const char* name, std::uint64_t& out) {
    if (const auto* value = find(name)) {
      value->is_number_unsigned() ? void(out = value->get<std::uint64_t>())
                                  : fail(name, "a whole number, 0 or more");
    }
  }
  void read(const char* name, int& out) {
    if (const auto* value = find(name)) {
      if (value->is_number_integer() && *value >= -2'147'483'647 && *value <= 2'147'483'647) {
        out = value->get<int>();
      } else {
        fail(name, "a whole number");
      }
    }
  }
  // Appends.
  void read(const char* name, std::vector<std::string>& out) {
    for (const auto& item : array(name)) {
      if (item.is_string()) {
        out.push_back(item.get<std::string>());
      } else {
        fail(name, "a list of strings");
      }
    }
  }
  // A missing field is a failure as well.
  void require(const char* name, std::string& out) {
    find(name) == nullptr ? fail(name, "present") : read(name, out);
  }
  // The elements of an array field; empty where absent.
  const nlohmann::json& array(const char* name) {
    static const nlohmann::json none = nlohmann::json::array();
    const auto* value = find(name);
    if (value == nullptr) return none;
    if (value->is_array()) return *value;
    fail(name, "a list");
    return none;
  }
  void fail(const std::string& name, const std::string& expected) {
    if (!error_.empty()) return;
    error_ = "field \"" + where_ + (where_.empty() || name.empty() ? "" : ".") + name +
             "\" must be " + expected;
  }

  const std::string& error() const { return error_; }

 private:
  const nlohmann::json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto it = object_.find(name);
    return it == object_.end() ? nullptr : &*it;
  }

  const nlohmann::json& object_;
  std::string where_;
  std::string error_;
};

// Appends the elements of an array field to `out`, each read by `one(object, where, item)`, which
// returns its error or an empty text. Stops at the first error and returns it.
template <class Item, class One>
std::string decodeList(FieldReader& fields, const std::string& where, const char* name,
                       std::vector<Item>& out, One one) {
  for (const auto& object : fields.array(name)) {
    Item item;
    const std::string at =
        where + (where.empty() ? "" : ".") + name + "[" + std::to_string(out.size()) + "]";
    if (std::string error = one(object, at, item); !error.empty()) return error;
    out.push_back(std::move(item));
  }
  return fields.error();
}

// Parses text that must be one JSON object; InvalidArgument otherwise.
inline Result<nlohmann::json> parseObject(std::string_view text, std::string_view what) {
  auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded() || !json.is_object()) {
    return Error(ErrorCode::InvalidArgument, std::string(what) + " is not a JSON object");
  }
  return json;
}

// What is not UTF-8 is replaced: a pod's odd text must not stop its reports.
inline std::string toText(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace shopkeeper::wire
