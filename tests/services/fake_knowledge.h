// A knowledge service that exists only as an HttpClient and holds whatever a test puts into it.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "common/http/client.h"
#include "services/catalog/follower.h"
#include "services/catalog/model.h"

namespace shopkeeper::testing {

// What several clients of one knowledge share. Thread-safe.
class FakeKnowledge {
 public:
  void setCatalogue(catalog::Snapshot snapshot) {
    std::lock_guard lock(mutex_);
    snapshot_ = std::move(snapshot);
  }
  // Numbers the events from the last one on.
  void addEvents(std::vector<catalog::Event> events) {
    std::lock_guard lock(mutex_);
    for (catalog::Event& event : events) {
      event.seq = events_.size() + 1;
      if (event.id.empty()) event.id = prefix_ + std::to_string(event.seq);
      events_.push_back(std::move(event));
    }
  }
  // As after a restore from nothing: numbers start again, ids are others.
  void loseEvents(std::string prefix) {
    std::lock_guard lock(mutex_);
    events_.clear();
    prefix_ = std::move(prefix);
  }
  void setDown(bool down) {
    std::lock_guard lock(mutex_);
    down_ = down;
  }
  int eventsServed() const {
    std::lock_guard lock(mutex_);
    return eventsServed_;
  }

  std::unique_ptr<http::HttpClient> client() { return std::make_unique<Client>(*this); }

 private:
  class Client final : public http::HttpClient {
   public:
    explicit Client(FakeKnowledge& knowledge) : knowledge_(knowledge) {}
    Result<http::Response> send(const http::Request& request, const http::CallOptions&) override {
      return knowledge_.answer(request);
    }
    Result<http::Response> stream(const http::Request& request, const http::CallOptions&,
                                  const http::ChunkSink&) override {
      return knowledge_.answer(request);
    }

   private:
    FakeKnowledge& knowledge_;
  };

  Result<http::Response> answer(const http::Request& request) {
    std::lock_guard lock(mutex_);
    if (down_) return Error(ErrorCode::Unavailable, "knowledge is down");
    http::Response response;
    response.body = body(request).dump();
    return response;
  }

  nlohmann::json body(const http::Request& request) {
    using nlohmann::json;
    if (request.path() == "/v1/catalog") {
      return {{"version", snapshot_.version},
              {"products", snapshot_.products.size()},
              {"answers", snapshot_.answers.size()},
              {"events", events_.size()}};
    }
    const std::size_t limit = std::stoul(request.param("limit").value_or("500"));
    json items = json::array();
    if (request.path() == "/v1/events") {
      const std::size_t after = std::stoul(request.param("after").value_or("0"));
      for (std::size_t i = after; i < events_.size() && items.size() < limit; ++i) {
        items.push_back(toJson(events_[i]));
        ++eventsServed_;
      }
      const std::size_t last = after + items.size();
      return {{"items", items}, {"next", last < events_.size() ? json(last) : json()}};
    }
    const std::string after = request.param("after").value_or("");
    std::string last;
    bool more = false;
    for (const catalog::Product& product : snapshot_.products) {
      if (request.path() != "/v1/products" || product.id <= after) continue;
      more = items.size() == limit;
      if (more) break;
      items.push_back(toJson(product));
      last = product.id;
    }
    return {{"version", snapshot_.version}, {"items", items}, {"next", more ? json(last) : json()}};
  }

  mutable std::mutex mutex_;
  catalog::Snapshot snapshot_;
  std::vector<catalog::Event> events_;
  std::string prefix_ = "e";
  bool down_ = false;
  int eventsServed_ = 0;
};

}  // namespace shopkeeper::testing
