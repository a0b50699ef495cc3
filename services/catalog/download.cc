#include "services/catalog/download.h"

#include <nlohmann/json.hpp>

#include "common/http/router.h"
#include "services/catalog/text.h"

namespace shopkeeper::catalog {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kInfoTimeout{5'000};
constexpr std::chrono::milliseconds kPageTimeout{20'000};
constexpr int kProductsPerPage = 500;
constexpr int kEventsPerPage = 1'000;

Result<json> getObject(http::HttpClient& knowledge, const std::string& target,
                       std::chrono::milliseconds timeout, std::stop_token stop) {
  http::Request request;
  request.target = target;
  http::CallOptions options;
  options.timeout = timeout;
  options.stop = stop;
  auto response = knowledge.send(request, options);
  if (!response) return response.error().within("GET " + target);
  auto body = json::parse(response->body, nullptr, false);
  if (response->status != 200) {
    std::string reason = std::to_string(response->status);
    if (body.is_object() && body.contains("error") && body["error"].is_object() &&
        body["error"].contains("message") && body["error"]["message"].is_string()) {
      reason += ": " + body["error"]["message"].get<std::string>();
    }
    return http::errorFromStatus(response->status, "GET " + target + " was answered " + reason);
  }
  if (!body.is_object()) {
    return Error(ErrorCode::Corrupt, "GET " + target + " was answered with no JSON object");
  }
  return body;
}

Result<std::uint64_t> count(const json& body, const char* name) {
  const auto it = body.find(name);
  if (it != body.end() && it->is_number_unsigned()) return it->get<std::uint64_t>();
  return Error(ErrorCode::Corrupt, std::string("the answer has no number \"") + name + "\"");
}

const std::string& idOf(const Product& product) { return product.id; }
const std::string& idOf(const Answer& answer) { return answer.id; }

// All pages of one collection into `out`; ids must rise, so a confused server cannot keep us here.
template <class Record>
Status readPages(http::HttpClient& knowledge, const std::string& path, const std::string& version,
                 std::uint64_t promised, Result<Record> (*parse)(const json&), std::stop_token stop,
                 std::vector<Record>& out) {
  std::string after;
  bool more = true;
  while (more) {
    const auto page = getObject(knowledge,
                                path + "?limit=" + std::to_string(kProductsPerPage) +
                                    "&version=" + http::percentEncode(version) +
                                    (after.empty() ? "" : "&after=" + http::percentEncode(after)),
                                kPageTimeout, stop);
    if (!page) return page.error();
    if (page->value("version", json()) != version) {
      return Error(ErrorCode::Gone, "the catalogue changed while " + path + " was read", true);
    }
    const auto items = page->find("items");
    if (items == page->end() || !items->is_array()) {
      return Error(ErrorCode::Corrupt, path + " has no list \"items\"");
    }
    for (const json& item : *items) {
      auto record = parse(item);
      if (!record) return record.error().within(path);
      if (!out.empty() && idOf(*record) <= idOf(out.back())) {
        return Error(ErrorCode::Corrupt,
                     path + " is not in order of id at \"" + idOf(*record) + "\"");
      }
      out.push_back(std::move(*record));
    }
    const auto next = page->find("next");
    more = next != page->end() && next->is_string();
    if (!more) break;
    const auto& mark = next->get_ref<const std::string&>();
    if (mark <= after || out.size() > promised) {
      return Error(ErrorCode::Corrupt, path + " does not come to an end");
    }
    after = mark;
  }
  if (out.size() != promised) {
    return Error(ErrorCode::Corrupt, path + " had " + std::to_string(out.size()) +
                                         " records where " + std::to_string(promised) +
                                         " were announced");
  }
  return ok();
}

}  // namespace

Result<CatalogueInfo> fetchInfo(http::HttpClient& knowledge, std::stop_token stop) {
  const auto body = getObject(knowledge, "/v1/catalog", kInfoTimeout, stop);
  if (!body) return body.error();
  const auto version = body->find("version");
  if (version == body->end() || !version->is_string()) {
    return Error(ErrorCode::Corrupt, "GET /v1/catalog has no string \"version\"");
  }
  const auto products = count(*body, "products");
  if (!products) return products.error().within("GET /v1/catalog");
  const auto answers = count(*body, "answers");
  if (!answers) return answers.error().within("GET /v1/catalog");
  return CatalogueInfo{version->get<std::string>(), *products, *answers};
}

Result<std::shared_ptr<const Snapshot>> download(http::HttpClient& knowledge,
                                                 const CatalogueInfo& info, Parts parts,
                                                 std::stop_token stop) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->version = info.version;
  if (parts.products) {
    const Status read = readPages(knowledge, "/v1/products", info.version, info.products,
                                  &parseProduct, stop, snapshot->products);
    if (!read) return read.error();
  }
  if (parts.answers) {
    const Status read = readPages(knowledge, "/v1/answers", info.version, info.answers,
                                  &parseAnswer, stop, snapshot->answers);
    if (!read) return read.error();
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

Result<std::uint64_t> readEvents(http::HttpClient& knowledge, std::uint64_t afterSeq,
                                 std::stop_token stop,
                                 const std::function<void(const Event&)>& sink) {
  std::uint64_t last = afterSeq;
  while (!stop.stop_requested()) {
    const auto page = getObject(
        knowledge,
        "/v1/events?after=" + std::to_string(last) + "&limit=" + std::to_string(kEventsPerPage),
        kPageTimeout, stop);
    if (!page) return page.error();
    const auto items = page->find("items");
    if (items == page->end() || !items->is_array()) {
      return Error(ErrorCode::Corrupt, "/v1/events has no list \"items\"");
    }
    const std::uint64_t before = last;
    for (const json& item : *items) {
      const auto event = parseEvent(item);
      if (!event) return event.error().within("/v1/events");
      if (event->seq <= last) return Error(ErrorCode::Corrupt, "/v1/events is not in order of seq");
      last = event->seq;
      sink(*event);
    }
    const auto next = page->find("next");
    if (next == page->end() || next->is_null() || last == before) return last;
  }
  return Error(ErrorCode::Cancelled, "reading events was stopped");
}

}  // namespace shopkeeper::catalog
