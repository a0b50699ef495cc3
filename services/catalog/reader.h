// Reads the fields of one catalogue record with limits; the first thing wrong is remembered.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace shopkeeper::catalog {

// Absent and null fields leave `out` as it is. Limits are in bytes of UTF-8. The JSON object must
// outlive the reader.
class Reader {
 public:
  // `kind` must be the record's "kind", where it has one.
  Reader(const nlohmann::json& object, std::string_view kind);

  // Required: 1 to 200 bytes that can stand in a URL's path: no control characters, no slash, no
  // backslash, not "." or "..".
  void id(const char* name, std::string& out);
  // A string without control characters other than tab and line ends.
  void text(const char* name, std::string& out, std::size_t maxBytes);
  void number(const char* name, double& out, double min, double max);
  void whole(const char* name, std::uint64_t& out);
  void textList(const char* name, std::vector<std::string>& out, std::size_t maxItems,
                std::size_t maxBytes);
  void idList(const char* name, std::vector<std::string>& out, std::size_t maxItems);
  // Values may be strings, numbers or booleans; all are kept as text.
  void textMap(const char* name, std::map<std::string, std::string>& out, std::size_t maxItems,
               std::size_t maxNameBytes, std::size_t maxBytes);

  // `field "NAME" must be EXPECTED`.
  void fail(std::string_view name, std::string_view expected);

  // The first failure as InvalidArgument.
  std::optional<Error> error() const;

 private:
  const nlohmann::json* find(const char* name) const;
  bool readText(std::string_view name, const nlohmann::json& value, std::string& out,
                std::size_t maxBytes);
  bool readId(std::string_view name, const nlohmann::json& value, std::string& out);

  const nlohmann::json& object_;
  std::string error_;
};

}  // namespace shopkeeper::catalog
