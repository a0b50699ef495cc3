// Objects in a bucket of an S3 server: Amazon's, or any that speaks its protocol.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "sidecar/backup/storage/http_transfer.h"
#include "sidecar/backup/storage/object_store.h"
#include "sidecar/backup/storage/s3_signature.h"

namespace shopkeeper::backup {

// Nobody can delete or replace what is put before its time is over. The bucket must have been made
// with object lock.
struct ObjectLock {
  std::string mode = "GOVERNANCE";  // or COMPLIANCE: not even the owner
  std::chrono::hours retention{0};
};

struct S3Options {
  std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com", "http://10.0.0.1:9000"
  std::string bucket;
  std::string prefix;  // of all keys, as for checkKey(); empty: none
  std::string region = "us-east-1";
  bool pathStyle = true;  // https://host/bucket/key; else https://bucket.host/key
  S3Credentials credentials = {};
  std::optional<ObjectLock> objectLock = {};
  TransferRules transfer = {};
};

// Every request is signed together with the SHA-256 of its body, which the server checks. One try
// each: put a RetryingStore around it. Objects up to 5 GiB, the limit of a single put.
class S3Store final : public ObjectStore {
 public:
  // Checks the options only; no request is made.
  static Result<std::unique_ptr<S3Store>> make(S3Options options,
                                               const Clock& clock = systemClock());

  // Whether the server refuses to replace an object when asked to (If-None-Match), found out by
  // trying, once: `.shopkeeper-create-only` is the object for it. Where it does not, CreateOnly
  // looks first and then puts, and two writers at the same instant both succeed.
  Result<bool> createsAtomically();

  using ObjectStore::get;
  Status put(const std::string& key, std::span<const std::byte> bytes, PutMode mode) override;
  Result<Bytes> get(const std::string& key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::vector<StoredObject>> list(const std::string& prefix) override;
  Result<std::uint64_t> size(const std::string& key) override;
  Status remove(const std::string& key) override;
  std::string describe() const override;

 private:
  S3Store(S3Options options, const Clock& clock);

  std::string fullKey(const std::string& key) const;
  std::string doing(const char* what, const std::string& key) const;
  Result<HttpReply> send(S3Request request, const std::string& doing,
                         std::optional<std::span<const std::byte>> body,
                         std::uint64_t maxAnswerBytes);
  Status putObject(const std::string& key, std::span<const std::byte> bytes, bool ifNoneMatch,
                   const std::optional<ObjectLock>& lock);
  Status createObject(const std::string& key, std::span<const std::byte> bytes);
  Status confirmBucket();
  Result<Bytes> rangeRefused(const std::string& key, std::uint64_t offset, std::uint64_t length);

  const S3Options options_;
  const Clock& clock_;
  const std::string scheme_, host_, basePath_;
  HttpTransfer transfer_;
  std::mutex probing_;
  std::optional<bool> createsAtomically_;
};

}  // namespace shopkeeper::backup
