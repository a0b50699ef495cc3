// From what people write for a repository to the store it lies in.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "common/clock.h"
#include "common/random.h"
#include "sidecar/backup/storage/limited_store.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

struct LocationOptions {
  // A directory, or "s3:https://host[:port]/bucket[/prefix]" as the official program takes it, with
  // keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION or the files.
  std::string repository;
  std::string accessKeyFile, secretKeyFile;
  BandwidthLimits limits;
  Duration patience = std::chrono::minutes(15);  // S3: how long a call is repeated
  bool create = false;                           // makes the directory, its parent must be there
};

// With retries and limits around it; waits end with `stop`.
Result<std::shared_ptr<ObjectStore>> openLocation(const LocationOptions& options,
                                                  const Clock& clock, Random& random,
                                                  const std::stop_token& stop);

// The first line of a file, at most 4 KiB.
Result<std::string> readSecret(const std::string& path);

}  // namespace shopkeeper::backup
