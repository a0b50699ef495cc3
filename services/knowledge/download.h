// Keeps a local file equal to what a URL holds.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "common/http/client.h"
#include "common/result.h"

namespace shopkeeper::knowledge {

using ClientFactory =
    std::function<Result<std::unique_ptr<http::HttpClient>>(const std::string& baseUrl)>;

struct UrlParts {
  std::string base;    // "https://host:port"
  std::string target;  // "/path?query"
};

// http and https only, without user information or fragment.
Result<UrlParts> splitUrl(const std::string& url);

// Not thread-safe. What was fetched last stays on disk, so that a restart needs no network.
class Download {
 public:
  Download(std::string url, const std::string& directory, ClientFactory clients);

  // Fetches what changed since the last time (ETag or Last-Modified where the server gives one).
  // The file is replaced whole or not at all. TooLarge above 1 GiB.
  Status refresh(std::stop_token stop);

  // Empty until something was fetched, by this process or an earlier one.
  std::string file() const;
  const std::string& url() const { return url_; }

 private:
  const std::string url_;
  const std::string path_;
  const ClientFactory clients_;
};

}  // namespace shopkeeper::knowledge
