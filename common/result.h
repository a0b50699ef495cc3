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

namespace internal {
// Ends the program with a sentence; undefined behaviour would end it without one, or not at all.
[[noreturn]] void noValue(const Error& error);
[[noreturn]] void noError();
}  // namespace internal

// To look at the side that is not there is a programming error and ends the program.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using Base = tl::expected<T, Error>;
  using Base::Base;
  Result(Error error) : Base(tl::unexpect, std::move(error)) {}  // NOLINT: implicit by design
  Result(Base base) : Base(std::move(base)) {}                   // NOLINT: implicit by design

  template <class U = T>
  U& operator*() & {
    return expectValue(), Base::operator*();
  }
  template <class U = T>
  const U& operator*() const& {
    return expectValue(), Base::operator*();
  }
  template <class U = T>
  U&& operator*() && {
    return expectValue(), std::move(*this).Base::operator*();
  }
  T* operator->() { return expectValue(), Base::operator->(); }
  const T* operator->() const { return expectValue(), Base::operator->(); }
  const Error& error() const& { return expectError(), Base::error(); }
  Error& error() & { return expectError(), Base::error(); }
  Error&& error() && { return expectError(), std::move(*this).Base::error(); }

 private:
  void expectValue() const {
    if (!this->has_value()) [[unlikely]] {
      internal::noValue(Base::error());
    }
  }
  void expectError() const {
    if (this->has_value()) [[unlikely]] {
      internal::noError();
    }
  }
};

using Status = Result<void>;

inline Status ok() { return Status{}; }

}  // namespace shopkeeper
