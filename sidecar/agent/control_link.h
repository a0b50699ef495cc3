// The TLS connection to the operator: one heartbeat out, one answer in.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>

#include "common/http/message.h"
#include "sidecar/agent/config.h"
#include "sidecar/probe/http_channel.h"

namespace shopkeeper::sidecar {

// Keeps its connection between heartbeats. The token file is read anew for each, the CA file when
// it changed, so that rotation needs no restart. Lives on its io_context's thread.
class ControlLink {
 public:
  ControlLink(boost::asio::io_context& io, const ControlConfig& config)
      : io_(io), config_(config) {}

  // Posts `body` to /v1/heartbeat at `target`. Any status is an answer.
  boost::asio::awaitable<Result<http::Response>> post(HostPort target, std::string body);

 private:
  struct FileVersion {
    std::uint64_t inode = 0;
    std::int64_t modified = 0;
    std::int64_t size = -1;
    bool operator==(const FileVersion&) const = default;
  };
  Status refreshTrust();

  boost::asio::io_context& io_;
  const ControlConfig& config_;
  FileVersion caVersion_;
  std::shared_ptr<boost::asio::ssl::context> trust_;
  HostPort connectedTo_;
  std::unique_ptr<HttpChannel> channel_;
};

}  // namespace shopkeeper::sidecar
