#include "common/http/cpprest_exchange.h"

#include <system_error>

#include "common/http/cpprest_body.h"

namespace shopkeeper::http {
namespace {

Error translate(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const web::http::http_exception& e) {
    const auto code = e.error_code();
    if (code == std::errc::timed_out) return {ErrorCode::Timeout, e.what()};
    return {ErrorCode::Unavailable, e.what()};
  } catch (const pplx::task_canceled&) {
    return {ErrorCode::Unavailable, "the connection was closed"};
  } catch (const std::exception& e) {
    return {ErrorCode::Unavailable, e.what()};
  } catch (...) {
    return {ErrorCode::Internal, "unknown failure of the HTTP client", false};
  }
}

// cpprestsdk has no code for it, only these two sentences.
bool saysNotSent(const Error& error) {
  return error.message().starts_with("Failed to write request");
}

}  // namespace

// Every task below is observed by a task-based continuation that catches everything: cpprestsdk
// ends the process when an exception is left unobserved.
Result<Response> CpprestExchange::run(web::http::client::http_client& client,
                                      web::http::http_request request) {
  const auto self = shared_from_this();
  request.set_response_stream(concurrency::streams::ostream(
      concurrency::streams::streambuf<std::uint8_t>(std::make_shared<CpprestBody>(self))));
  try {
    client.request(std::move(request), cancel_.get_token())
        .then(
            [self](pplx::task<web::http::http_response> headers) {
              try {
                const web::http::http_response response = headers.get();
                self->onHeaders(response);
                response.content_ready().then(
                    [self](pplx::task<web::http::http_response> body) { self->onDone(body); },
                    pplx::cancellation_token::none());
              } catch (...) {
                self->finish(translate(std::current_exception()));
              }
            },
            pplx::cancellation_token::none());
  } catch (...) {
    finish(translate(std::current_exception()));
  }

  std::unique_lock lock(mutex_);
  while (!done_) {
    if (options_.stop.stop_requested()) {
      failure_.emplace(ErrorCode::Cancelled, "stopped by the caller");
      break;
    }
    if (std::chrono::steady_clock::now() >= deadline()) {
      failure_.emplace(ErrorCode::Timeout,
                       std::string(scope_ == TimeoutScope::Chunk ? "nothing received for "
                                                                 : "no complete answer in ") +
                           std::to_string(options_.timeout.count()) + " ms");
      break;
    }
    changed_.wait_until(lock, options_.stop, deadline(), [this] { return done_; });
  }
  const std::optional<Error> failure = failure_;
  std::optional<Response> response = std::move(head_);
  lock.unlock();
  leave();
  if (failure) return *failure;
  if (!response) return Error(ErrorCode::Unavailable, "the exchange ended without an answer");
  response->body = std::move(body_);
  return *std::move(response);
}

std::chrono::steady_clock::time_point CpprestExchange::deadline() const {
  return lastActivity_ + options_.timeout;
}

// From here on nothing reaches the sink. Closes the connection unless the exchange is complete.
void CpprestExchange::leave() {
  {
    std::lock_guard lock(sinkMutex_);
    left_ = true;
    accept_ = nullptr;
  }
  bool complete;
  {
    std::lock_guard lock(mutex_);
    complete = done_ && !failure_;
  }
  headersKnown_.set();
  if (!complete) cancel_.cancel();
}

void CpprestExchange::onHeaders(const web::http::http_response& response) {
  Response head;
  head.status = response.status_code();
  for (const auto& [name, value] : response.headers()) head.headers.add(name, value);
  {
    std::lock_guard lock(sinkMutex_);
    // Bodies of errors are for the Response, whoever wanted a stream.
    if (head.status < 200 || head.status > 299) accept_ = nullptr;
    if (accept_ != nullptr && !left_ && options_.onOpen) options_.onOpen();
  }
  {
    std::lock_guard lock(mutex_);
    head_ = std::move(head);
    if (scope_ == TimeoutScope::Chunk) lastActivity_ = std::chrono::steady_clock::now();
  }
  headersKnown_.set();
}

// The first piece may be here before the continuation with the status has run: it waits, and with
// it the reading of the next one.
pplx::task<std::size_t> CpprestExchange::onBody(const std::uint8_t* bytes, std::size_t count) {
  const auto self = shared_from_this();
  return pplx::create_task(headersKnown_).then([self, bytes, count] {
    self->deliver({reinterpret_cast<const char*>(bytes), count});
    return count;
  });
}

void CpprestExchange::deliver(std::string_view piece) {
  std::optional<Error> failure;
  bool end = false;
  {
    std::lock_guard lock(sinkMutex_);
    if (left_) return;
    if (accept_ != nullptr) {
      try {
        end = !(*accept_)(piece);
      } catch (const std::exception& e) {
        failure.emplace(ErrorCode::Internal, std::string("the receiver failed: ") + e.what(),
                        false);
      }
    } else if (body_.size() + piece.size() > options_.maxBodyBytes) {
      failure.emplace(ErrorCode::TooLarge, "the answer is larger than " +
                                               std::to_string(options_.maxBodyBytes) + " bytes");
    } else {
      body_.append(piece);
    }
  }
  if (end || failure) {
    finish(std::move(failure));
    cancel_.cancel();
  } else if (scope_ == TimeoutScope::Chunk) {
    std::lock_guard lock(mutex_);
    lastActivity_ = std::chrono::steady_clock::now();
  }
}

void CpprestExchange::onDone(pplx::task<web::http::http_response> body) {
  try {
    body.get();
    finish(std::nullopt);
  } catch (...) {
    finish(translate(std::current_exception()));
  }
}

// The first word counts.
void CpprestExchange::finish(std::optional<Error> failure) {
  {
    std::lock_guard lock(mutex_);
    if (done_) return;
    done_ = true;
    notSent_ = failure && saysNotSent(*failure);
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

}  // namespace shopkeeper::http
