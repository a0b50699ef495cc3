#include "services/knowledge/api.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "common/wire/codec.h"
#include "services/catalog/reader.h"

namespace shopkeeper::knowledge {
namespace {

using http::PathParams;
using http::Request;
using http::Response;
using nlohmann::json;

constexpr std::size_t kMaxBody = 1u << 20;  // all but catalogues
constexpr std::size_t kEventsPerRequest = 1'000;
constexpr std::size_t kTurnsPerRequest = 100;
constexpr std::size_t kParamBytes = 300;

Error invalid(std::string message) { return Error(ErrorCode::InvalidArgument, std::move(message)); }

Response fail(const Error& error) {
  Response response = http::errorResponse(error);
  if (error.code() == ErrorCode::TooManyRequests || error.code() == ErrorCode::Unavailable) {
    response.headers.set("Retry-After", "1");
  }
  return response;
}

Response answer(const Result<std::string>& body) {
  return body ? http::jsonResponse(*body) : fail(body.error());
}

// A whole number from the query, within [min, max]; `fallback` where it is absent.
Result<std::uint64_t> numberParam(const Request& request, const char* name, std::uint64_t min,
                                  std::uint64_t max, std::uint64_t fallback) {
  const auto text = request.param(name);
  if (!text) return fallback;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error == std::errc() && end == text->data() + text->size() && value >= min && value <= max) {
    return value;
  }
  return invalid("parameter \"" + std::string(name) + "\" must be a whole number from " +
                 std::to_string(min) + " to " + std::to_string(max));
}

Result<std::string> textParam(const Request& request, const char* name) {
  auto text = request.param(name).value_or("");
  if (text.size() <= kParamBytes) return text;
  return invalid("parameter \"" + std::string(name) + "\" must be at most " +
                 std::to_string(kParamBytes) + " bytes");
}

Result<json> bodyList(const Request& request, const char* name, std::size_t max) {
  if (request.body.size() > kMaxBody) {
    return Error(ErrorCode::TooLarge,
                 "the body must be at most " + std::to_string(kMaxBody) + " bytes");
  }
  auto body = wire::parseObject(request.body, "the body");
  if (!body) return body;
  const auto list = body->find(name);
  if (list == body->end() || !list->is_array() || list->empty() || list->size() > max) {
    return invalid("field \"" + std::string(name) + "\" must be a list of 1 to " +
                   std::to_string(max) + " elements");
  }
  return *list;
}

// Parses each element; a record without a time gets `now`.
template <class Record, class Parse>
Result<std::vector<Record>> parseAll(json list, const char* name, const std::string& now,
                                     Parse parse) {
  std::vector<Record> records;
  records.reserve(list.size());
  for (json& item : list) {
    if (item.is_object() && !item.contains("at")) item["at"] = now;
    auto record = parse(item);
    if (!record) {
      return record.error().within(std::string(name) + "[" + std::to_string(records.size()) + "]");
    }
    records.push_back(std::move(*record));
  }
  return records;
}

// Counts those inside; too many turn the next away.
class Turnstile {
 public:
  Turnstile(std::atomic<int>& count, int max) : count_(count), open_(++count <= max) {}
  ~Turnstile() { --count_; }
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;
  bool open() const { return open_; }

 private:
  std::atomic<int>& count_;
  const bool open_;
};

const Error& busy() {
  static const Error error(ErrorCode::TooManyRequests, "the store is busy; try again in a second");
  return error;
}

Result<ImportRequest> importRequest(const Request& request) {
  ImportRequest order;
  const std::string mode = request.param("mode").value_or("replace");
  if (mode != "replace" && mode != "merge") {
    return invalid("parameter \"mode\" must be replace or merge");
  }
  order.mode = mode == "merge" ? ImportMode::Merge : ImportMode::Replace;
  if (const auto text = request.param("map"); text && !text->empty()) {
    auto map = catalog::FieldMap::parse(*text);
    if (!map) return map.error();
    order.map = std::move(*map);
    order.mapText = *text;
  }
  if (request.body.empty()) {
    return invalid("the body must be a catalogue: JSON Lines, a JSON array or CSV, gzip allowed");
  }
  order.sources.push_back({"", [&request] {
                             return Result<std::unique_ptr<catalog::ByteSource>>(
                                 catalog::memorySource(request.body));
                           }});
  return order;
}

Response importAnswer(const ImportOutcome& outcome) {
  if (outcome.problems.empty()) {
    return http::jsonResponse(json{
        {"version", outcome.state.version},
        {"products", outcome.products},
        {"answers", outcome.answers},
        {"events", outcome.events},
        {"seconds",
         outcome.seconds}}.dump());
  }
  json rows = json::array();
  for (const auto& problem : outcome.problems) {
    rows.push_back({{"row", problem.row}, {"message", problem.message}});
  }
  const std::string count =
      std::to_string(outcome.problems.size()) + (outcome.moreProblems ? " or more" : "");
  const json body = {
      {"error",
       {{"code", "InvalidArgument"},
        {"message", "the catalogue has " + count + " problem(s); nothing was loaded"}}},
      {"rows", rows}};
  return http::jsonResponse(body.dump(-1, ' ', false, json::error_handler_t::replace), 400);
}

}  // namespace

void Api::addRoutes(http::Router& router) {
  router.get("/v1/catalog", [this](const Request&, const PathParams&) { return catalog(); });
  router.get("/v1/products", [this](const Request& request, const PathParams&) {
    return page(request, RecordKind::Product);
  });
  router.get("/v1/products/{id}", [this](const Request&, const PathParams& params) {
    return record(RecordKind::Product, params);
  });
  router.get("/v1/answers", [this](const Request& request, const PathParams&) {
    return page(request, RecordKind::Answer);
  });
  router.get("/v1/answers/{id}", [this](const Request&, const PathParams& params) {
    return record(RecordKind::Answer, params);
  });
  router.get("/v1/events",
             [this](const Request& request, const PathParams&) { return events(request); });
  router.post("/v1/events",
              [this](const Request& request, const PathParams&) { return addEvents(request); });
  router.get("/v1/sessions/{id}",
             [this](const Request&, const PathParams& params) { return session(params); });
  router.post("/v1/sessions/{id}/turns", [this](const Request& request, const PathParams& params) {
    return addTurns(request, params);
  });
  router.post("/admin/v1/catalog",
              [this](const Request& request, const PathParams&) { return import(request); });
}

Response Api::catalog() {
  const auto state = store_.state();
  if (!state) return fail(state.error());
  json body = {{"version", state->version},
               {"products", state->products},
               {"answers", state->answers},
               {"events", state->events},
               {"importedAt", nullptr}};
  if (!state->importedAt.empty()) body["importedAt"] = state->importedAt;
  return http::jsonResponse(body.dump());
}

Response Api::page(const Request& request, RecordKind kind) {
  const auto limit = numberParam(request, "limit", 1, 1'000, 500);
  if (!limit) return fail(limit.error());
  const auto after = textParam(request, "after");
  if (!after) return fail(after.error());
  const auto version = textParam(request, "version");
  if (!version) return fail(version.error());
  return answer(store_.page(kind, {*after, static_cast<int>(*limit), *version}));
}

Response Api::record(RecordKind kind, const PathParams& params) {
  return answer(store_.record(kind, params.find("id")->second));
}

Response Api::events(const Request& request) {
  const auto limit = numberParam(request, "limit", 1, 5'000, 1'000);
  if (!limit) return fail(limit.error());
  const auto after = numberParam(request, "after", 0, INT64_MAX, 0);
  if (!after) return fail(after.error());
  return answer(store_.eventPage(*after, static_cast<int>(*limit)));
}

Response Api::addEvents(const Request& request) {
  auto list = bodyList(request, "events", kEventsPerRequest);
  if (!list) return fail(list.error());
  auto events = parseAll<catalog::Event>(std::move(*list), "events", toRfc3339(clock_.wallNow()),
                                         catalog::parseEvent);
  if (!events) return fail(events.error());
  const Turnstile turnstile(waitingWrites_, kMaxWaitingWrites);
  if (!turnstile.open()) return fail(busy());
  const std::size_t count = events->size();
  if (const Status stored = store_.addEvents(std::move(*events)); !stored) {
    return fail(stored.error());
  }
  return http::jsonResponse(json{{"accepted", count}}.dump(), 202);
}

Response Api::session(const PathParams& params) {
  return answer(store_.session(params.find("id")->second));
}

Response Api::addTurns(const Request& request, const PathParams& params) {
  std::string session;
  const json named = {{"session", params.find("id")->second}};
  catalog::Reader reader(named, "session");
  reader.id("session", session);
  if (const auto error = reader.error()) return fail(*error);
  auto list = bodyList(request, "turns", kTurnsPerRequest);
  if (!list) return fail(list.error());
  auto turns = parseAll<Turn>(std::move(*list), "turns", toRfc3339(clock_.wallNow()), parseTurn);
  if (!turns) return fail(turns.error());
  const Turnstile turnstile(waitingWrites_, kMaxWaitingWrites);
  if (!turnstile.open()) return fail(busy());
  const std::size_t count = turns->size();
  if (const Status stored = store_.addTurns(session, std::move(*turns)); !stored) {
    return fail(stored.error());
  }
  return http::jsonResponse(json{{"accepted", count}}.dump(), 202);
}

Response Api::import(const Request& request) {
  const auto order = importRequest(request);
  if (!order) return fail(order.error());
  const auto outcome = importer_.run(*order, /*wait=*/false, {});
  return outcome ? importAnswer(*outcome) : fail(outcome.error());
}

}  // namespace shopkeeper::knowledge
