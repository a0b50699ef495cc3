// Reads typed fields of nested JSON objects; the first wrong one is remembered with its path.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "common/result.h"
#include "operator/api/shopping_guide.h"

namespace shopkeeper::api {

// Absent and null fields leave the output as it is, so defaults stand. One Reader is one object;
// children share the root's error.
class Reader {
 public:
  Reader(const nlohmann::json& value, std::string path, std::string* error)
      : value_(value), path_(std::move(path)), error_(error) {
    if (!value_.is_object() && !value_.is_null()) fail("", "must be an object");
  }

  Reader child(const char* name) const {
    const auto* value = find(name);
    static const nlohmann::json none;
    return {value != nullptr ? *value : none, at(name), error_};
  }
  bool has(const char* name) const { return find(name) != nullptr; }

  void read(const char* name, std::string& out) const {
    if (const auto* value = find(name)) {
      value->is_string() ? void(out = value->get<std::string>()) : fail(name, "must be a string");
    }
  }
  void read(const char* name, bool& out) const {
    if (const auto* value = find(name)) {
      value->is_boolean() ? void(out = value->get<bool>()) : fail(name, "must be true or false");
    }
  }
  void read(const char* name, int& out, int low, int high) const {
    const auto* value = find(name);
    if (value == nullptr) return;
    const auto range = std::to_string(low) + " to " + std::to_string(high);
    if (!value->is_number_integer()) return fail(name, "must be a whole number, " + range);
    if (*value < low || *value > high) return fail(name, "must be within " + range);
    out = value->get<int>();
  }
  void read(const char* name, std::optional<std::int64_t>& out) const {
    if (const auto* value = find(name)) {
      value->is_number_integer() ? void(out = value->get<std::int64_t>())
                                 : fail(name, "must be a whole number");
    }
  }
  // Text, or a whole number for its text: Kubernetes' quantities may be written either way.
  void readQuantity(const char* name, std::string& out) const {
    if (const auto* value = find(name)) {
      if (value->is_number_integer()) return void(out = value->dump());
      value->is_string() ? void(out = value->get<std::string>()) : fail(name, "must be a quantity");
    }
  }
  // Whole numbers count as their text, as Kubernetes' quantities may be written.
  void read(const char* name, StringMap& out) const {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_object()) return fail(name, "must be a map of strings");
    for (const auto& [key, entry] : value->items()) {
      if (entry.is_string()) {
        out[key] = entry.get<std::string>();
      } else if (entry.is_number_integer()) {
        out[key] = entry.dump();
      } else {
        fail((std::string(name) + "." + key).c_str(), "must be a string");
      }
    }
  }
  template <class Each>
  void forEach(const char* name, Each each) const {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return fail(name, "must be a list");
    for (std::size_t i = 0; i < value->size(); ++i) {
      each(Reader((*value)[i], at(name) + "[" + std::to_string(i) + "]", error_));
    }
  }

  // `each(name, *this)` for every field that is there.
  template <class Each>
  void forEachField(Each each) const {
    if (!value_.is_object()) return;
    for (const auto& [name, value] : value_.items()) each(name, *this);
  }
  // Another field than these is an error, which says `what` or the list.
  void onlyFields(const std::set<std::string>& names, std::string what = "") const {
    if (!value_.is_object()) return;
    if (what.empty()) {
      what = "is unknown; the fields are";
      for (const auto& name : names) what += (&name == &*names.begin() ? " " : ", ") + name;
    }
    for (const auto& [name, value] : value_.items()) {
      if (!names.contains(name)) return fail(name, what);
    }
  }
  // `each(text, element)`; fail("", ...) of the element names its place in the list.
  template <class Each>
  void forEachString(const char* name, Each each) const {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return fail(name, "must be a list");
    static const nlohmann::json none;
    for (std::size_t i = 0; i < value->size(); ++i) {
      const Reader element(none, at(name) + "[" + std::to_string(i) + "]", error_);
      const auto& entry = (*value)[i];
      if (!entry.is_string()) return element.fail("", "must be a string");
      each(entry.template get<std::string>(), element);
    }
  }

  void fail(const std::string& name, const std::string& what) const {
    if (error_->empty()) *error_ = (name.empty() ? path_ : at(name)) + " " + what;
  }

 private:
  std::string at(const std::string& name) const { return path_ + "." + name; }
  const nlohmann::json* find(const char* name) const {
    if (!value_.is_object()) return nullptr;
    const auto it = value_.find(name);
    return it == value_.end() || it->is_null() ? nullptr : &*it;
  }

  const nlohmann::json& value_;
  std::string path_;
  std::string* error_;
};

}  // namespace shopkeeper::api
