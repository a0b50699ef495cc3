// Errors as values. A function that can fail returns Result<T>; the caller must look at it.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace shopkeeper {

// What went wrong, coarse enough to decide on. The message is for people.
enum class ErrorCode {
  InvalidArgument,  // the caller's input is wrong; the same input fails again
  NotFound,
  AlreadyExists,
  Conflict,  // somebody else changed it first: read again, then retry
  PermissionDenied,
  Unauthenticated,
  Gone,  // the version asked for no longer exists (HTTP 410)
  TooLarge,
  TooManyRequests,
  Unavailable,  // the other side cannot be reached or is not ready
  Timeout,
  Cancelled,
  Corrupt,  // data that was read back is not what was written
  Internal,
};

// A short stable name ("NotFound"), used as a metric label and in logs.
std::string_view toString(ErrorCode code);

// An error with its context. `retryable` says whether the same call may succeed later unchanged.
class Error {
 public:
  Error(ErrorCode code, std::string message, bool retryable)
      : code_(code), message_(std::move(message)), retryable_(retryable) {}

  // Retryable by the nature of the code: Conflict, TooManyRequests, Unavailable and Timeout.
  Error(ErrorCode code, std::string message);

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  bool retryable() const { return retryable_; }

  // The same error, with what was being done in front: "listing pods: connection refused".
  Error within(std::string_view context) const;

 private:
  ErrorCode code_;
  std::string message_;
  bool retryable_;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using Base = tl::expected<T, Error>;
  using Base::Base;
  Result(Error error) : Base(tl::unexpect, std::move(error)) {}  // NOLINT: implicit by design
  Result(Base base) : Base(std::move(base)) {}                   // NOLINT: implicit by design
};

using Status = Result<void>;

inline Status ok() { return Status{}; }

}  // namespace shopkeeper
