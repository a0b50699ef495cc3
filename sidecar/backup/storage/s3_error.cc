#include "sidecar/backup/storage/s3_error.h"

#include <array>
#include <optional>
#include <string_view>

#include "sidecar/backup/storage/s3_xml.h"

namespace shopkeeper::backup {
namespace {

struct Meaning {
  std::string_view s3Code;
  ErrorCode code;
  bool retryable;
  std::string_view advice;
};

// Codes that say more than their status: "Error responses" in the S3 API reference.
constexpr std::array kMeanings = {
    Meaning{"NoSuchBucket", ErrorCode::InvalidArgument, false, "the bucket does not exist"},
    Meaning{"SignatureDoesNotMatch", ErrorCode::Unauthenticated, false, "check the secret key"},
    Meaning{"InvalidAccessKeyId", ErrorCode::Unauthenticated, false, "check the access key"},
    Meaning{"ExpiredToken", ErrorCode::Unauthenticated, false, "the session token has expired"},
    Meaning{"InvalidToken", ErrorCode::Unauthenticated, false, "check the session token"},
    Meaning{"AuthorizationHeaderMalformed", ErrorCode::InvalidArgument, false, "check the region"},
    Meaning{"PermanentRedirect", ErrorCode::InvalidArgument, false,
            "check the region and the endpoint"},
    Meaning{"RequestTimeTooSkewed", ErrorCode::PermissionDenied, false,
            "this machine's clock and the server's differ too much"},
    Meaning{"RequestTimeout", ErrorCode::Timeout, true, ""},
    Meaning{"SlowDown", ErrorCode::TooManyRequests, true, ""},
    Meaning{"EntityTooLarge", ErrorCode::TooLarge, false, ""},
    Meaning{"BadDigest", ErrorCode::Unavailable, true, "the bytes were damaged on their way"},
    Meaning{"XAmzContentSHA256Mismatch", ErrorCode::Unavailable, true,
            "the bytes were damaged on their way"},
    Meaning{"IncompleteBody", ErrorCode::Unavailable, true, ""},
};

Meaning meaningOf(int status) {
  switch (status) {
    case 401:
      return {"", ErrorCode::Unauthenticated, false, ""};
    case 403:
      return {"", ErrorCode::PermissionDenied, false, ""};
    case 404:
      return {"", ErrorCode::NotFound, false, ""};
    case 408:
      return {"", ErrorCode::Timeout, true, ""};
    case 409:
      return {"", ErrorCode::Conflict, true, ""};
    case 412:
      return {"", ErrorCode::AlreadyExists, false, ""};
    case 413:
    case 507:
      return {"", ErrorCode::TooLarge, false, ""};
    case 429:
      return {"", ErrorCode::TooManyRequests, true, ""};
    case 501:
      return {"", ErrorCode::InvalidArgument, false, "the server does not know how"};
    default:
      break;
  }
  if (status >= 500) return {"", ErrorCode::Unavailable, true, ""};
  if (status >= 400) return {"", ErrorCode::InvalidArgument, false, ""};
  return {"", ErrorCode::InvalidArgument, false, "check the endpoint: is this an S3 server?"};
}

}  // namespace

Error s3Error(const std::string& doing, int status, std::span<const std::byte> body) {
  const auto fault = parseFault(body);
  Meaning meaning = meaningOf(status);
  // An unknown user or a disabled account is 404 to some: not the object that is missing.
  if (status == 404 && fault && fault->code != "NoSuchKey") {
    meaning = {"", ErrorCode::InvalidArgument, false, ""};
  }
  for (const auto& known : kMeanings) {
    if (fault && known.s3Code == fault->code) meaning = known;
  }
  std::string message = doing + ": the S3 server answered " + std::to_string(status);
  if (fault) message += " " + fault->code;
  if (fault && !fault->message.empty()) message += " (" + fault->message + ")";
  if (!meaning.advice.empty()) message += "; " + std::string(meaning.advice);
  return Error(meaning.code, message, meaning.retryable);
}

}  // namespace shopkeeper::backup
