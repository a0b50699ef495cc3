#include "sidecar/backup/storage/object_key.h"

#include <string>

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kMaxKeyBytes = 512;  // S3 allows 1024, with the prefix of the repository

bool allowed(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '=' || c == '-';
}

Status check(std::string_view what, std::string_view key) {
  bool segmentBegins = true;
  bool right = key.size() <= kMaxKeyBytes;
  for (const char c : key) {
    const bool separator = c == '/';
    if (separator ? segmentBegins : !allowed(c) || (c == '.' && segmentBegins)) right = false;
    segmentBegins = separator;
  }
  if (right) return ok();
  return Error(ErrorCode::InvalidArgument,
               "\"" + std::string(key) + "\" is no " + std::string(what) +
                   ": at most 512 characters, segments of letters, digits and ._=- that do not "
                   "begin with a dot, joined by /");
}

}  // namespace

Status checkKey(std::string_view key) {
  if (key.empty() || key.back() == '/') {
    return Error(ErrorCode::InvalidArgument,
                 "\"" + std::string(key) + "\" is no key of an object: its name is empty");
  }
  return check("key of an object", key);
}

Status checkPrefix(std::string_view prefix) { return check("prefix of keys", prefix); }

}  // namespace shopkeeper::backup
