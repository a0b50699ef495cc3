// The other services of the guide as one double: answers by upstream name, any of them down.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "services/catalog/follower.h"
#include "tests/testing/scripted_http_client.h"

namespace shopkeeper::testing {

// Thread-safe. Knowledge serves the snapshot; everything else what `answers` says for
// "METHOD path" of an upstream ("search GET /v1/search").
class GuideDouble {
 public:
  explicit GuideDouble(std::shared_ptr<const catalog::Snapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  void set(const std::string& key, int status, std::string body) {
    std::lock_guard lock(mutex_);
    answers_[key] = {status, {}, std::move(body)};
  }
  void setDown(const std::string& upstream, bool down) {
    std::lock_guard lock(mutex_);
    if (down) {
      down_.insert(upstream);
    } else {
      down_.erase(upstream);
    }
  }
  // Requests other than those of the catalogue follower, as "search GET /v1/search?q=".
  std::vector<std::string> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  std::vector<std::string> bodies(const std::string& key) const {
    std::lock_guard lock(mutex_);
    const auto at = bodies_.find(key);
    return at == bodies_.end() ? std::vector<std::string>{} : at->second;
  }

  std::unique_ptr<http::HttpClient> client(const std::string& upstream) {
    return std::make_unique<ScriptedHttpClient>(
        [this, upstream](int, const http::Request& request, const http::ChunkSink*) {
          return answer(upstream, request);
        });
  }

 private:
  Result<http::Response> answer(const std::string& upstream, const http::Request& request) {
    using nlohmann::json;
    std::lock_guard lock(mutex_);
    if (down_.contains(upstream)) return Error(ErrorCode::Unavailable, upstream + " is down");
    const auto reply = [](const json& body) {
      http::Response response;
      response.body = body.dump();
      return response;
    };
    const std::string path(request.path());
    if (upstream == "knowledge" && path == "/v1/catalog") {
      return reply({{"version", snapshot_->version},
                    {"products", snapshot_->products.size()},
                    {"answers", snapshot_->answers.size()},
                    {"events", 0}});
    }
    if (upstream == "knowledge" && (path == "/v1/products" || path == "/v1/answers")) {
      json items = json::array();
      const std::string after = request.param("after").value_or("");
      if (path == "/v1/products") {
        for (const auto& product : snapshot_->products) {
          if (product.id > after) items.push_back(toJson(product));
        }
      } else {
        for (const auto& one : snapshot_->answers) {
          if (one.id > after) items.push_back(toJson(one));
        }
      }
      return reply({{"version", snapshot_->version}, {"items", items}, {"next", nullptr}});
    }
    const std::string key = upstream + " " + request.method + " " + path;
    seen_.push_back(upstream + " " + request.method + " " + request.target);
    bodies_[key].push_back(request.body);
    if (const auto at = answers_.find(key); at != answers_.end()) return at->second;
    http::Response missing;
    missing.status = 404;
    missing.body = R"({"error":{"code":"NotFound","message":"no such path"}})";
    return missing;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const catalog::Snapshot> snapshot_;
  std::map<std::string, http::Response> answers_;
  std::map<std::string, std::vector<std::string>> bodies_;
  std::set<std::string> down_;
  std::vector<std::string> seen_;
};

}  // namespace shopkeeper::testing
