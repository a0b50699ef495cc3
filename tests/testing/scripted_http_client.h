// An HttpClient whose answers the test writes. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "common/http/client.h"

namespace shopkeeper::testing {

class ScriptedHttpClient final : public http::HttpClient {
 public:
  // `index` counts the requests from 0. `sink` is null for send().
  using Script = std::function<Result<http::Response>(int index, const http::Request& request,
                                                      const http::ChunkSink* sink)>;
  explicit ScriptedHttpClient(Script script) : script_(std::move(script)) {}

  Result<http::Response> send(const http::Request& request,
                              const http::CallOptions& options) override {
    return script_(note(request, options), request, nullptr);
  }
  Result<http::Response> stream(const http::Request& request, const http::CallOptions& options,
                                const http::ChunkSink& sink) override {
    return script_(note(request, options), request, &sink);
  }

  std::vector<http::Request> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  std::vector<std::chrono::milliseconds> timeouts() const {
    std::lock_guard lock(mutex_);
    return timeouts_;
  }

 private:
  int note(const http::Request& request, const http::CallOptions& options) {
    std::lock_guard lock(mutex_);
    requests_.push_back(request);
    timeouts_.push_back(options.timeout);
    return static_cast<int>(requests_.size()) - 1;
  }

  const Script script_;
  mutable std::mutex mutex_;
  std::vector<http::Request> requests_;
  std::vector<std::chrono::milliseconds> timeouts_;
};

}  // namespace shopkeeper::testing
