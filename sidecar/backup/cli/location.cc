#include "sidecar/backup/cli/location.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>

#include "sidecar/backup/storage/directory_store.h"
#include "sidecar/backup/storage/posix_file.h"
#include "sidecar/backup/storage/retrying_store.h"
#include "sidecar/backup/storage/s3_store.h"

namespace shopkeeper::backup {
namespace {

constexpr std::string_view kS3 = "s3:";

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Out of a file where one is named, else out of the environment.
Result<std::string> secret(const std::string& file, const char* variable) {
  if (!file.empty()) return readSecret(file);
  return environment(variable);
}

Result<std::shared_ptr<ObjectStore>> openS3(const LocationOptions& options, const Clock& clock) {
  const std::string url = options.repository.substr(kS3.size());
  const std::size_t scheme = url.find("://");
  const std::size_t slash = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  if (slash == std::string::npos || slash + 1 == url.size()) {
    return Error(ErrorCode::InvalidArgument,
                 "\"" + options.repository + "\" is not s3:https://host/bucket[/prefix]");
  }
  S3Options s3;
  s3.endpoint = url.substr(0, slash);
  std::string path = url.substr(slash + 1);
  while (path.ends_with('/')) path.pop_back();
  s3.bucket = path.substr(0, path.find('/'));
  if (s3.bucket.size() < path.size()) s3.prefix = path.substr(s3.bucket.size() + 1);
  const std::string region = environment("AWS_REGION");
  if (!region.empty()) s3.region = region;
  auto access = secret(options.accessKeyFile, "AWS_ACCESS_KEY_ID");
  if (!access) return access.error();
  auto key = secret(options.secretKeyFile, "AWS_SECRET_ACCESS_KEY");
  if (!key) return key.error();
  s3.credentials = {*access, *key, environment("AWS_SESSION_TOKEN")};
  auto store = S3Store::make(std::move(s3), clock);
  if (!store) return store.error();
  return std::shared_ptr<ObjectStore>(std::move(*store));
}

Result<std::shared_ptr<ObjectStore>> openDirectory(const LocationOptions& options, Random& random) {
  if (options.create && ::mkdir(options.repository.c_str(), 0700) != 0 && errno != EEXIST) {
    return fileError("make the directory " + options.repository, errno);
  }
  auto store = DirectoryStore::open(options.repository, random);
  if (!store) return store.error();
  return std::shared_ptr<ObjectStore>(std::move(*store));
}

}  // namespace

Result<std::string> readSecret(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return fileError("read " + path, errno);
  std::string text(4096, '\0');
  const auto size = readAt(fd.get(), 0, std::as_writable_bytes(std::span(text)));
  if (size < 0) return fileError("read " + path, static_cast<int>(-size));
  text.resize(static_cast<std::size_t>(size));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  return text;
}

Result<std::shared_ptr<ObjectStore>> openLocation(const LocationOptions& options,
                                                  const Clock& clock, Random& random,
                                                  const std::stop_token& stop) {
  const bool s3 = options.repository.starts_with(kS3);
  auto store = s3 ? openS3(options, clock) : openDirectory(options, random);
  if (!store) return store;
  const BandwidthLimits& limits = options.limits;
  const Pause pause = pauseUntil(stop);
  if (limits.uploadBytesPerSecond != 0 || limits.downloadBytesPerSecond != 0) {
    *store = std::make_shared<LimitedStore>(std::move(*store), limits, clock, pause);
  }
  if (s3) {
    const RetryRules rules{.deadline = options.patience};
    *store = std::make_shared<RetryingStore>(std::move(*store), rules, clock, random, pause);
  }
  return store;
}

}  // namespace shopkeeper::backup
