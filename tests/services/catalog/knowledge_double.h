// A knowledge service that exists only as an HttpClient, with faults on demand.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/http/client.h"
#include "services/catalog/model.h"

namespace shopkeeper::catalog::testing {

// Thread-safe. Serves pages of two, so that small catalogues need several.
class KnowledgeDouble final : public http::HttpClient {
 public:
  void setCatalogue(std::string version, int products, int answers = 1) {
    std::lock_guard lock(mutex_);
    version_ = std::move(version);
    products_ = products;
    answers_ = answers;
  }
  void setEvents(int events) {
    std::lock_guard lock(mutex_);
    events_ = events;
  }
  // Called before each answer with its target; what it returns is answered instead.
  void intercept(std::function<std::optional<Result<http::Response>>(const std::string&)> hook) {
    std::lock_guard lock(mutex_);
    hook_ = std::move(hook);
  }
  int calls(const std::string& path) const {
    std::lock_guard lock(mutex_);
    const auto it = calls_.find(path);
    return it == calls_.end() ? 0 : it->second;
  }

  Result<http::Response> send(const http::Request& request, const http::CallOptions&) override {
    decltype(hook_) hook;
    {
      std::lock_guard lock(mutex_);
      ++calls_[std::string(request.path())];
      hook = hook_;
    }
    if (hook) {
      if (auto instead = hook(request.target)) return std::move(*instead);
    }
    std::lock_guard lock(mutex_);
    http::Response response;
    response.body = body(request).dump();
    return response;
  }
  Result<http::Response> stream(const http::Request& request, const http::CallOptions& options,
                                const http::ChunkSink&) override {
    return send(request, options);
  }

  static std::string productId(int i) { return "p-" + std::to_string(1000 + i); }

 private:
  nlohmann::json body(const http::Request& request) const {
    using nlohmann::json;
    if (request.path() == "/v1/catalog") {
      return {{"version", version_}, {"products", products_}, {"answers", answers_}};
    }
    json items = json::array();
    if (request.path() == "/v1/events") {
      const int after = std::stoi(request.param("after").value_or("0"));
      for (int i = after + 1; i <= events_ && i <= after + 2; ++i) {
        items.push_back(toJson(Event{static_cast<std::uint64_t>(i), "e" + std::to_string(i),
                                     EventType::View, "u", "", "p", "2026-07-01T00:00:00Z"}));
      }
      const bool more = after + 2 < events_;
      return {{"items", items}, {"next", more ? json(after + 2) : json()}};
    }
    const bool product = request.path() == "/v1/products";
    const int total = product ? products_ : answers_;
    const std::string after = request.param("after").value_or("");
    std::string last;
    bool more = false;
    for (int i = 0; i < total; ++i) {
      const std::string id = productId(i);
      if (id <= after) continue;
      if (items.size() == 2) {
        more = true;
        break;
      }
      items.push_back(product ? json{{"id", id}, {"title", version_}}
                              : json{{"id", id}, {"question", "q"}, {"answer", version_}});
      last = id;
    }
    return {{"version", version_}, {"items", items}, {"next", more ? json(last) : json()}};
  }

  mutable std::mutex mutex_;
  std::string version_;
  int products_ = 0, answers_ = 0, events_ = 0;
  std::function<std::optional<Result<http::Response>>(const std::string&)> hook_;
  std::map<std::string, int> calls_;
};

}  // namespace shopkeeper::catalog::testing
