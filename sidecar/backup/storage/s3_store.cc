#include "sidecar/backup/storage/s3_store.h"

#include <algorithm>

#include "sidecar/backup/storage/object_key.h"
#include "sidecar/backup/storage/s3_error.h"
#include "sidecar/backup/storage/s3_xml.h"

namespace shopkeeper::backup {
namespace {

constexpr std::uint64_t kMaxListingBytes = 8 << 20;  // 1000 keys of 1024 bytes, encoded
constexpr std::uint64_t kMaxObjectBytes = std::uint64_t{5} << 30;
constexpr char kProbeKey[] = ".shopkeeper-create-only";

Status checkEndpoint(const std::string& endpoint) {
  const bool http = endpoint.starts_with("http://");
  const bool https = endpoint.starts_with("https://");
  const std::string host = endpoint.substr(http ? 7 : https ? 8 : 0);
  const bool right =
      (http || https) && !host.empty() && host.find_first_of("/?#@ \t\r\n") == std::string::npos;
  if (right) return ok();
  return Error(ErrorCode::InvalidArgument,
               "\"" + endpoint + "\" is no S3 endpoint: https://HOST[:PORT] or http://HOST[:PORT]");
}

// Names of buckets: 3 to 63 characters of [a-z0-9.-]; older ones have capitals and '_' too.
Status checkBucket(const std::string& bucket) {
  if (bucket.size() >= 3 && bucket.size() <= 63 && checkKey(bucket) &&
      bucket.find_first_of("/=") == std::string::npos) {
    return ok();
  }
  return Error(ErrorCode::InvalidArgument, "\"" + bucket + "\" is no name of an S3 bucket");
}

Status check(const S3Options& options) {
  if (const Status right = checkEndpoint(options.endpoint); !right) return right;
  if (const Status right = checkBucket(options.bucket); !right) return right;
  if (!options.prefix.empty()) {
    if (const Status right = checkKey(options.prefix); !right) return right;
  }
  if (options.credentials.accessKey.empty() || options.credentials.secretKey.empty()) {
    return Error(ErrorCode::InvalidArgument,
                 "no access key or no secret key for bucket " + options.bucket);
  }
  if (options.region.empty()) return Error(ErrorCode::InvalidArgument, "no S3 region");
  return ok();
}

}  // namespace

Result<std::unique_ptr<S3Store>> S3Store::make(S3Options options, const Clock& clock) {
  if (const Status right = check(options); !right) return right.error();
  return std::unique_ptr<S3Store>(new S3Store(std::move(options), clock));
}

S3Store::S3Store(S3Options options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      scheme_(options_.endpoint.substr(0, options_.endpoint.find("//") + 2)),
      host_((options_.pathStyle ? "" : options_.bucket + ".") +
            options_.endpoint.substr(scheme_.size())),
      basePath_(options_.pathStyle ? "/" + options_.bucket : ""),
      transfer_(options_.transfer) {}

std::string S3Store::describe() const {
  return "bucket " + options_.bucket + (options_.prefix.empty() ? "" : "/" + options_.prefix) +
         " at " + options_.endpoint;
}

std::string S3Store::fullKey(const std::string& key) const {
  return options_.prefix.empty() ? key : options_.prefix + "/" + key;
}

std::string S3Store::doing(const char* what, const std::string& key) const {
  return std::string(what) + " " + fullKey(key) + " of bucket " + options_.bucket;
}

Result<HttpReply> S3Store::send(S3Request request, const std::string& doing,
                                std::optional<std::span<const std::byte>> body,
                                std::uint64_t maxAnswerBytes) {
  request.headers.emplace_back("host", host_);
  request.payloadHash = sha256Hex(body.value_or(std::span<const std::byte>()));
  sign(request, options_.credentials, options_.region, clock_.wallNow());
  const std::string query = encodeQuery(request.query);
  HttpCall call{request.method,
                scheme_ + host_ + encodePath(request.path) + (query.empty() ? "" : "?" + query),
                {},
                body,
                maxAnswerBytes};
  for (const auto& [name, value] : request.headers) call.once |= name == "if-none-match";
  for (const auto& [name, value] : request.headers) call.headers.push_back(name + ": " + value);
  auto reply = transfer_.perform(call);
  if (!reply) return reply.error().within(doing);
  if (reply->status < 200 || reply->status > 299) {
    return s3Error(doing, reply->status, reply->body);
  }
  return reply;
}

Status S3Store::putObject(const std::string& key, std::span<const std::byte> bytes,
                          bool ifNoneMatch, const std::optional<ObjectLock>& lock) {
  S3Request request{"PUT", basePath_ + "/" + fullKey(key), {}, {}, {}};
  if (ifNoneMatch) request.headers.emplace_back("if-none-match", "*");
  if (lock && lock->retention.count() > 0) {
    // Locked puts must carry the MD5, says the reference; the signed SHA-256 does not count.
    request.headers.emplace_back("content-md5", md5Base64(bytes));
    request.headers.emplace_back("x-amz-object-lock-mode", lock->mode);
    request.headers.emplace_back("x-amz-object-lock-retain-until-date",
                                 toRfc3339Seconds(clock_.wallNow() + lock->retention));
  }
  const std::string what = doing("writing object", key);
  const auto reply = send(std::move(request), what, bytes, 64 << 10);
  if (!reply) return reply.error();
  if (!reply->headers.contains("etag")) {
    return Error(ErrorCode::Unavailable, what + ": the answer has no ETag; is this an S3 server?");
  }
  return ok();
}

Result<bool> S3Store::createsAtomically() {
  const std::lock_guard lock(probing_);
  if (createsAtomically_) return *createsAtomically_;
  // The second try finds the first one's object, or one of long ago.
  for (int tries = 0; tries < 2; ++tries) {
    const Status done = putObject(kProbeKey, {}, true, {});
    if (done) continue;
    const ErrorCode code = done.error().code();
    if (code == ErrorCode::AlreadyExists) return *(createsAtomically_ = true);
    if (code == ErrorCode::InvalidArgument) break;  // "NotImplemented"; or a wrong bucket
    return done.error();
  }
  if (const Status there = confirmBucket(); !there) return there.error();
  return *(createsAtomically_ = false);
}

Status S3Store::put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) {
  if (const Status right = checkKey(key); !right) return right;
  if (bytes.size() > kMaxObjectBytes) {
    return Error(ErrorCode::TooLarge, doing("writing object", key) + ": more than 5 GiB");
  }
  if (mode == PutMode::CreateOnly) return createObject(key, bytes);
  return putObject(key, bytes, false, options_.objectLock);
}

Status S3Store::createObject(const std::string& key, std::span<const std::byte> bytes) {
  const auto atomic = createsAtomically();
  if (!atomic) return atomic.error();
  if (*atomic) {
    const Status done = putObject(key, bytes, true, options_.objectLock);
    // Some check first whether the object there is locked.
    const bool locked = !done && done.error().code() == ErrorCode::PermissionDenied;
    if (!locked || !size(key)) return done;
    return Error(ErrorCode::AlreadyExists, fullKey(key) + " exists already, and is locked");
  }
  const auto there = size(key);
  if (there) return Error(ErrorCode::AlreadyExists, fullKey(key) + " exists already");
  if (there.error().code() != ErrorCode::NotFound) return there.error();
  return putObject(key, bytes, false, options_.objectLock);
}

Result<Bytes> S3Store::get(const std::string& key, std::uint64_t offset, std::uint64_t length) {
  if (const Status right = checkKey(key); !right) return right.error();
  S3Request request{"GET", basePath_ + "/" + fullKey(key), {}, {}, {}};
  const bool part = offset != 0 || length != 0;
  if (part) {
    request.headers.emplace_back("range",
                                 "bytes=" + std::to_string(offset) + "-" +
                                     (length == 0 ? "" : std::to_string(offset + length - 1)));
  }
  auto reply = send(std::move(request), doing("reading object", key), std::nullopt,
                    length != 0 ? length : kMaxObjectBytes);
  if (!reply && part && reply.error().code() == ErrorCode::InvalidArgument) {
    return rangeRefused(key, offset, length);
  }
  if (!reply) return reply.error();
  if (part && reply->status != 206) {
    return Error(ErrorCode::Internal,
                 doing("reading object", key) + ": the server ignores the range asked for");
  }
  if (!reply->headers.contains("content-length")) {  // a torn answer would not show
    return Error(ErrorCode::Unavailable,
                 doing("reading object", key) + ": the answer does not say how long it is");
  }
  if (length != 0 && reply->body.size() != length) {
    return Error(ErrorCode::Corrupt, doing("reading object", key) + ": it ends after " +
                                         std::to_string(offset + reply->body.size()) +
                                         " bytes, wanted were " + std::to_string(length) +
                                         " from " + std::to_string(offset));
  }
  return std::move(reply->body);
}

// 416: nothing begins at `offset`, which is right where it is the end and all that follows is
// wanted.
Result<Bytes> S3Store::rangeRefused(const std::string& key, std::uint64_t offset,
                                    std::uint64_t length) {
  const auto all = size(key);
  if (!all) return all.error();
  if (*all == offset && length == 0) return Bytes();
  return Error(ErrorCode::Corrupt, doing("reading object", key) + ": it has " +
                                       std::to_string(*all) + " bytes, wanted were some from " +
                                       std::to_string(offset));
}

Result<std::vector<StoredObject>> S3Store::list(const std::string& prefix) {
  if (const Status right = checkPrefix(prefix); !right) return right.error();
  const std::string ours = options_.prefix.empty() ? "" : options_.prefix + "/";
  const std::string what = "listing bucket " + options_.bucket;
  std::vector<StoredObject> found;
  std::string token;
  do {
    S3Request request{"GET", basePath_ + "/", {}, {}, {}};
    request.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", ours + prefix}};
    if (!token.empty()) request.query.emplace_back("continuation-token", token);
    const auto reply = send(std::move(request), what, std::nullopt, kMaxListingBytes);
    if (!reply) return reply.error();
    auto page = parseListing(reply->body);
    if (!page) return page.error().within(what);
    for (auto& object : page->objects) {
      if (!object.key.starts_with(ours + prefix)) continue;
      object.key.erase(0, ours.size());
      if (checkKey(object.key)) found.push_back(std::move(object));
    }
    if (!page->nextToken.empty() && page->nextToken == token) {
      return Error(ErrorCode::Internal, what + ": the server gives the same page again and again");
    }
    token = page->nextToken;
  } while (!token.empty());
  std::sort(found.begin(), found.end(),
            [](const auto& left, const auto& right) { return left.key < right.key; });
  return found;
}

Result<std::uint64_t> S3Store::size(const std::string& key) {
  if (const Status right = checkKey(key); !right) return right.error();
  const std::string what = doing("looking at object", key);
  const auto reply = send({"HEAD", basePath_ + "/" + fullKey(key), {}, {}, {}}, what, {}, 1);
  if (!reply && reply.error().code() == ErrorCode::NotFound) {
    if (const Status there = confirmBucket(); !there) return there.error();
  }
  if (!reply) return reply.error();
  const auto length = reply->headers.find("content-length");
  std::uint64_t size = 0;
  if (length != reply->headers.end()) size = std::strtoull(length->second.c_str(), nullptr, 10);
  if (length == reply->headers.end() || std::to_string(size) != length->second) {
    return Error(ErrorCode::Unavailable, what + ": the answer does not say how long it is");
  }
  return size;
}

// An answer to HEAD has no code: whether it is the object or its bucket that is missing shows here.
Status S3Store::confirmBucket() {
  const std::string what = "looking at bucket " + options_.bucket;
  S3Request request{"GET", basePath_ + "/", {{"list-type", "2"}, {"max-keys", "1"}}, {}, {}};
  const auto reply = send(std::move(request), what, {}, kMaxListingBytes);
  return reply ? ok() : Status(reply.error());
}

Status S3Store::remove(const std::string& key) {
  if (const Status right = checkKey(key); !right) return right;
  const auto reply = send({"DELETE", basePath_ + "/" + fullKey(key), {}, {}, {}},
                          doing("removing object", key), {}, 64 << 10);
  if (reply || reply.error().code() == ErrorCode::NotFound) return ok();
  return reply.error();
}

}  // namespace shopkeeper::backup
