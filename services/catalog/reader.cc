#include "services/catalog/reader.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "services/catalog/text.h"

namespace shopkeeper::catalog {
namespace {

constexpr std::size_t kIdBytes = 200;

bool isControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::string amount(double value) { return nlohmann::json(value).dump(); }

}  // namespace

Reader::Reader(const nlohmann::json& object, std::string_view kind) : object_(object) {
  if (!object_.is_object()) {
    error_ = "the record must be a JSON object";
    return;
  }
  if (const auto* value = find("kind"); value != nullptr && *value != kind) {
    fail("kind", "\"" + std::string(kind) + "\"");
  }
}

const nlohmann::json* Reader::find(const char* name) const {
  if (!object_.is_object()) return nullptr;
  const auto it = object_.find(name);
  return it == object_.end() || it->is_null() ? nullptr : &*it;
}

void Reader::fail(std::string_view name, std::string_view expected) {
  if (!error_.empty()) return;
  error_ = "field \"" + shortened(name, 80) + "\" must be " + std::string(expected);
}

std::optional<Error> Reader::error() const {
  if (error_.empty()) return {};
  return Error(ErrorCode::InvalidArgument, error_);
}

bool Reader::readText(std::string_view name, const nlohmann::json& value, std::string& out,
                      std::size_t maxBytes) {
  if (!value.is_string()) {
    fail(name, "a string");
    return false;
  }
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > maxBytes) {
    fail(name,
         "at most " + std::to_string(maxBytes) + " bytes, not " + std::to_string(text.size()));
    return false;
  }
  if (!isUtf8(text)) {
    fail(name, "UTF-8 text");
    return false;
  }
  const auto refused = [](char c) { return isControl(c) && c != '\t' && c != '\n' && c != '\r'; };
  if (std::ranges::any_of(text, refused)) {
    fail(name, "free of control characters");
    return false;
  }
  out = text;
  return true;
}

bool Reader::readId(std::string_view name, const nlohmann::json& value, std::string& out) {
  std::string text;
  if (!readText(name, value, text, kIdBytes)) return false;
  const bool unusable = text.empty() || text == "." || text == ".." ||
                        text.find_first_of("/\\") != std::string::npos ||
                        std::ranges::any_of(text, isControl) || trimmed(text) != text;
  if (unusable) {
    fail(name, "1 to 200 bytes without slashes, line ends or spaces around it");
    return false;
  }
  out = std::move(text);
  return true;
}

void Reader::id(const char* name, std::string& out) {
  const auto* value = find(name);
  if (value == nullptr) return fail(name, "present");
  readId(name, *value, out);
}

void Reader::text(const char* name, std::string& out, std::size_t maxBytes) {
  if (const auto* value = find(name)) readText(name, *value, out, maxBytes);
}

void Reader::number(const char* name, double& out, double min, double max) {
  const auto* value = find(name);
  if (value == nullptr) return;
  const double number = value->is_number() ? value->get<double>() : NAN;
  if (!(number >= min && number <= max)) {
    return fail(name, "a number from " + amount(min) + " to " + amount(max));
  }
  out = number;
}

void Reader::whole(const char* name, std::uint64_t& out) {
  const auto* value = find(name);
  if (value == nullptr) return;
  if (!value->is_number_unsigned()) return fail(name, "a whole number, 0 or more");
  out = value->get<std::uint64_t>();
}

void Reader::textList(const char* name, std::vector<std::string>& out, std::size_t maxItems,
                      std::size_t maxBytes) {
  const auto* list = find(name);
  if (list == nullptr) return;
  if (!list->is_array() || list->size() > maxItems) {
    return fail(name, "a list of at most " + std::to_string(maxItems) + " strings");
  }
  out.clear();
  for (const auto& value : *list) {
    std::string item;
    if (!readText(name, value, item, maxBytes)) return;
    out.push_back(std::move(item));
  }
}

void Reader::idList(const char* name, std::vector<std::string>& out, std::size_t maxItems) {
  const auto* list = find(name);
  if (list == nullptr) return;
  if (!list->is_array() || list->size() > maxItems) {
    return fail(name, "a list of at most " + std::to_string(maxItems) + " ids");
  }
  out.clear();
  for (const auto& value : *list) {
    std::string item;
    if (!readId(name, value, item)) return;
    out.push_back(std::move(item));
  }
}

void Reader::textMap(const char* name, std::map<std::string, std::string>& out,
                     std::size_t maxItems, std::size_t maxNameBytes, std::size_t maxBytes) {
  const auto* map = find(name);
  if (map == nullptr) return;
  if (!map->is_object() || map->size() > maxItems) {
    return fail(name, "an object of at most " + std::to_string(maxItems) + " names and values");
  }
  out.clear();
  for (const auto& [key, value] : map->items()) {
    const std::string field = std::string(name) + "." + key;
    std::string item;
    if (key.empty() || key.size() > maxNameBytes || !isUtf8(key) ||
        std::ranges::any_of(key, isControl)) {
      return fail(field, "named in 1 to " + std::to_string(maxNameBytes) +
                             " bytes without control characters");
    }
    if (value.is_null()) continue;
    if (value.is_number() || value.is_boolean()) {
      item = value.dump();
    } else if (!value.is_string()) {
      return fail(field, "a string, a number, true or false");
    } else if (!readText(field, value, item, maxBytes)) {
      return;
    }
    out.emplace(key, std::move(item));
  }
}

}  // namespace shopkeeper::catalog
