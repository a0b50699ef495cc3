#include "common/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "common/clock.h"

namespace shopkeeper::log {
namespace {

struct State {
  std::string service = "shopkeeper";
  std::shared_ptr<spdlog::logger> logger;

  State() {
    logger = std::make_shared<spdlog::logger>("shopkeeper",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::warn);
  }
};

State& state() {
  static State* const instance = new State;  // never destroyed: threads may log while exiting
  return *instance;
}

spdlog::level::level_enum toSpdlog(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warn:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view nameOf(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
  }
  return "info";
}

template <class Range>
std::string render(Level level, std::string_view service, std::string_view time,
                   std::string_view message, const Range& fields) {
  nlohmann::ordered_json line;
  line["@timestamp"] = time;
  line["log.level"] = nameOf(level);
  line["message"] = message;
  line["service.name"] = service;
  line["ecs.version"] = "8.11";
  for (const Field& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  // Bytes that are not UTF-8 must never cost a log line.
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <class Range>
void write(Level level, std::string_view message, const Range& fields) {
  State& current = state();
  if (!current.logger->should_log(toSpdlog(level))) return;
  current.logger->log(
      toSpdlog(level), spdlog::string_view_t("{}"),
      render(level, current.service, toRfc3339(systemClock().wallNow()), message, fields));
}

void writeError(Level level, std::string_view message, const Error& error, Fields fields) {
  std::vector<Field> all(fields);
  all.emplace_back("error.code", toString(error.code()));
  all.emplace_back("error.message", error.message());
  write(level, message, all);
}

}  // namespace

void init(std::string_view service, Level level) {
  State& current = state();
  current.service = service;
  current.logger = std::make_shared<spdlog::logger>(
      "shopkeeper", std::make_shared<spdlog::sinks::stdout_sink_mt>());
  current.logger->set_pattern("%v");
  current.logger->set_level(toSpdlog(level));
  current.logger->flush_on(spdlog::level::info);
}

Result<Level> parseLevel(std::string_view text) {
  for (const Level level : {Level::Debug, Level::Info, Level::Warn, Level::Error}) {
    if (text == nameOf(level)) return level;
  }
  return Error(ErrorCode::InvalidArgument,
               "log level \"" + std::string(text) + "\" is not one of debug, info, warn, error");
}

void debug(std::string_view message, Fields fields) { write(Level::Debug, message, fields); }
void info(std::string_view message, Fields fields) { write(Level::Info, message, fields); }
void warn(std::string_view message, Fields fields) { write(Level::Warn, message, fields); }
void error(std::string_view message, Fields fields) { write(Level::Error, message, fields); }
void warn(std::string_view message, const Error& error, Fields fields) {
  writeError(Level::Warn, message, error, fields);
}
void error(std::string_view message, const Error& error, Fields fields) {
  writeError(Level::Error, message, error, fields);
}

std::string format(Level level, std::string_view service, std::string_view time,
                   std::string_view message, Fields fields) {
  return render(level, service, time, message, fields);
}

}  // namespace shopkeeper::log
