// One HTTP exchange over cpprestsdk, with deadlines and cancellation of our own.
#pragma once

#include <cpprest/astreambuf.h>
#include <cpprest/http_client.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/http/client.h"

namespace shopkeeper::http {

// Whose silence the timeout measures.
enum class TimeoutScope { Exchange, Chunk };

// Shared between the caller's thread, which waits in run(), and cpprestsdk's pool, which reports
// progress. The caller may leave first (deadline, stop): from then on the sink is not called and
// whatever the pool still reports is dropped.
class CpprestExchange : public std::enable_shared_from_this<CpprestExchange> {
 public:
  // `accept` takes the body of 2xx answers where it is set; other bodies are collected.
  CpprestExchange(const CallOptions& options, TimeoutScope scope, const ChunkSink* accept)
      : options_(options), scope_(scope), accept_(accept) {}

  Result<Response> run(web::http::client::http_client& client, web::http::http_request request);
  // After run(): the request did not reach the server whole, so nothing can have come of it.
  bool notSent() const { return notSent_; }

  // For the stream buffer: takes one piece of the body. The bytes stay valid until the task ends.
  pplx::task<std::size_t> onBody(const std::uint8_t* bytes, std::size_t count);

 private:
  void onHeaders(const web::http::http_response& response);
  void onDone(pplx::task<web::http::http_response> body);
  void deliver(std::string_view piece);
  void finish(std::optional<Error> failure);
  void leave();
  std::chrono::steady_clock::time_point deadline() const;

  const CallOptions options_;
  const TimeoutScope scope_;
  pplx::cancellation_token_source cancel_;
  pplx::task_completion_event<void> headersKnown_;

  std::mutex sinkMutex_;  // held while the sink runs
  const ChunkSink* accept_;
  bool left_ = false;
  std::string body_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::chrono::steady_clock::time_point lastActivity_ = std::chrono::steady_clock::now();
  std::optional<Response> head_;
  std::optional<Error> failure_;
  bool done_ = false;
  bool notSent_ = false;
};

}  // namespace shopkeeper::http
