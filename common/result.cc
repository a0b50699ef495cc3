#include "common/result.h"

#include <cstdio>
#include <cstdlib>

namespace shopkeeper {

std::string_view toString(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "InvalidArgument";
    case ErrorCode::NotFound:
      return "NotFound";
    case ErrorCode::AlreadyExists:
      return "AlreadyExists";
    case ErrorCode::Conflict:
      return "Conflict";
    case ErrorCode::PermissionDenied:
      return "PermissionDenied";
    case ErrorCode::Unauthenticated:
      return "Unauthenticated";
    case ErrorCode::Gone:
      return "Gone";
    case ErrorCode::TooLarge:
      return "TooLarge";
    case ErrorCode::TooManyRequests:
      return "TooManyRequests";
    case ErrorCode::Unavailable:
      return "Unavailable";
    case ErrorCode::Timeout:
      return "Timeout";
    case ErrorCode::Cancelled:
      return "Cancelled";
    case ErrorCode::Corrupt:
      return "Corrupt";
    case ErrorCode::Internal:
      return "Internal";
  }
  return "Internal";
}

namespace {
bool retryableByNature(ErrorCode code) {
  return code == ErrorCode::Conflict || code == ErrorCode::TooManyRequests ||
         code == ErrorCode::Unavailable || code == ErrorCode::Timeout;
}
}  // namespace

Error::Error(ErrorCode code, std::string message)
    : Error(code, std::move(message), retryableByNature(code)) {}

Error Error::within(std::string_view context) const {
  return Error(code_, std::string(context) + ": " + message_, retryable_);
}

namespace internal {

// To stderr without the log: it has to come out whatever state the program is in.
void noValue(const Error& error) {
  std::fprintf(stderr, "the value of a failed call was used: %s: %s\n",
               std::string(toString(error.code())).c_str(), error.message().c_str());
  std::abort();
}

void noError() {
  std::fputs("the error of a call that succeeded was used\n", stderr);
  std::abort();
}

}  // namespace internal
}  // namespace shopkeeper
