// Structured logs: one JSON object a line in Elastic Common Schema, constant messages + fields.
//
//   log::info("catalogue loaded", {{"products", count}, {"file.path", path}});
//
// Thread-safe. Before init() lines go to stderr at level info. Never blocks on the disk longer
// than a write to stdout does.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "common/result.h"

namespace shopkeeper::log {

enum class Level { Debug, Info, Warn, Error };

struct Field {
  std::string_view name;
  std::variant<std::string, long long, double, bool> value;

  Field(std::string_view name, std::string value) : name(name), value(std::move(value)) {}
  Field(std::string_view name, std::string_view value) : name(name), value(std::string(value)) {}
  Field(std::string_view name, const char* value) : name(name), value(std::string(value)) {}
  Field(std::string_view name, bool value) : name(name), value(value) {}
  Field(std::string_view name, double value) : name(name), value(value) {}
  template <class Int>
    requires std::is_integral_v<Int>
  Field(std::string_view name, Int value) : name(name), value(static_cast<long long>(value)) {}
};

using Fields = std::initializer_list<Field>;

// `service` becomes service.name; call once at start-up.
void init(std::string_view service, Level level);

// "debug", "info", "warn" or "error".
Result<Level> parseLevel(std::string_view text);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// The fields of an Error: error.code and error.message.
void warn(std::string_view message, const Error& error, Fields fields = {});
void error(std::string_view message, const Error& error, Fields fields = {});

// One line as it would be written, for tests of the format.
std::string format(Level level, std::string_view service, std::string_view time,
                   std::string_view message, Fields fields);

}  // namespace shopkeeper::log
