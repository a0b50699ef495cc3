// HTTP exchanges with large binary bodies, by libcurl: connections are kept and used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

struct TransferRules {
  std::string caFile;  // PEM; empty: the machine's authorities
  Duration connectTimeout = std::chrono::seconds(10);
  // Less than 4 KiB/s for so long, waiting for the answer included, ends the exchange.
  Duration stallTimeout = std::chrono::seconds(30);
  // Whole exchange: this much, and what the bodies take at 16 KiB/s.
  Duration requestTimeout = std::chrono::seconds(60);
};

struct HttpCall {
  std::string method;
  std::string url;
  std::vector<std::string> headers;                // "name: value"
  std::optional<std::span<const std::byte>> body;  // none: a request without a body
  std::uint64_t maxAnswerBytes = 1 << 20;          // more is an error
  // libcurl sends again on its own where a kept connection breaks before the answer; not with this.
  bool once = false;
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  Bytes body;
};

// Thread-safe: every call takes a libcurl handle of its own from a pool. Redirects are not
// followed. Proxies are taken from the environment, as libcurl does.
class HttpTransfer {
 public:
  explicit HttpTransfer(TransferRules rules);
  ~HttpTransfer();

  // Any status is a reply. Errors: Timeout, Unavailable (no connection, reset, answer cut short),
  // Unauthenticated (the server's certificate), InvalidArgument (URL, CA file), TooLarge.
  Result<HttpReply> perform(const HttpCall& call);

 private:
  class Handle;
  std::unique_ptr<Handle> take();
  void giveBack(std::unique_ptr<Handle> handle);

  const TransferRules rules_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace shopkeeper::backup
