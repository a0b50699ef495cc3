#include "sidecar/backup/storage/s3_signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <ctime>

namespace shopkeeper::backup {
namespace {

std::string_view textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string hexOf(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr);
  return {reinterpret_cast<const char*>(out), size};
}

std::string hmac(const std::string& key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
  return {reinterpret_cast<const char*>(out), size};
}

std::string percentEncode(std::string_view text, bool keepSlash) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved || (keepSlash && c == '/')) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[static_cast<unsigned char>(c) >> 4];
      encoded += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  return encoded;
}

std::string amazonTime(WallTime now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[20];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
  return {text, size};
}

}  // namespace

std::string encodePath(std::string_view path) { return percentEncode(path, true); }

std::string encodeQuery(const NamesAndValues& query) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : query) {
    pairs.push_back(percentEncode(name, false) + "=" + percentEncode(value, false));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string encoded;
  for (const auto& pair : pairs) encoded += (encoded.empty() ? "" : "&") + pair;
  return encoded;
}

std::string sha256Hex(std::span<const std::byte> bytes) {
  return hexOf(digest(EVP_sha256(), textOf(bytes)));
}

std::string md5Base64(std::span<const std::byte> bytes) {
  const std::string md5 = digest(EVP_md5(), textOf(bytes));
  unsigned char text[32];
  const int size = EVP_EncodeBlock(text, reinterpret_cast<const unsigned char*>(md5.data()),
                                   static_cast<int>(md5.size()));
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

void sign(S3Request& request, const S3Credentials& credentials, const std::string& region,
          WallTime now) {
  const std::string time = amazonTime(now);
  const std::string day = time.substr(0, 8);
  request.headers.emplace_back("x-amz-date", time);
  request.headers.emplace_back("x-amz-content-sha256", request.payloadHash);
  if (!credentials.sessionToken.empty()) {
    request.headers.emplace_back("x-amz-security-token", credentials.sessionToken);
  }
  std::sort(request.headers.begin(), request.headers.end());

  std::string canonical =
      request.method + "\n" + encodePath(request.path) + "\n" + encodeQuery(request.query) + "\n";
  std::string names;
  for (const auto& [name, value] : request.headers) {
    canonical += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  canonical += "\n" + names + "\n" + request.payloadHash;

  const std::string scope = day + "/" + region + "/s3/aws4_request";
  const std::string toSign =
      "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hexOf(digest(EVP_sha256(), canonical));
  std::string key = hmac("AWS4" + credentials.secretKey, day);
  for (const std::string_view part :
       {std::string_view(region), std::string_view("s3"), std::string_view("aws4_request")}) {
    key = hmac(key, part);
  }
  request.headers.emplace_back(
      "authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.accessKey + "/" + scope +
                           ",SignedHeaders=" + names + ",Signature=" + hexOf(hmac(key, toSign)));
}

}  // namespace shopkeeper::backup
