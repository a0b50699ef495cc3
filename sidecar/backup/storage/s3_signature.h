// Signature Version 4 of Amazon's S3, as all S3 servers check it. Pure.
// Source: "Authenticating Requests: Using the Authorization Header" in the S3 API reference.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/clock.h"

namespace shopkeeper::backup {

struct S3Credentials {
  std::string accessKey;
  std::string secretKey;
  std::string sessionToken;  // of temporary credentials; else empty
};

using NamesAndValues = std::vector<std::pair<std::string, std::string>>;

// What is signed; the sender must send exactly this.
struct S3Request {
  std::string method;
  std::string path;        // not encoded, begins with '/'
  NamesAndValues query;    // not encoded
  NamesAndValues headers;  // names in lower case, "host" among them
  std::string payloadHash;
};

// `path` and `query` as they go into the URL and the signature.
std::string encodePath(std::string_view path);
std::string encodeQuery(const NamesAndValues& query);

std::string sha256Hex(std::span<const std::byte> bytes);
std::string md5Base64(std::span<const std::byte> bytes);

// Adds x-amz-date, x-amz-content-sha256, x-amz-security-token (where there is one) and
// authorization to `request.headers`.
void sign(S3Request& request, const S3Credentials& credentials, const std::string& region,
          WallTime now);

}  // namespace shopkeeper::backup
