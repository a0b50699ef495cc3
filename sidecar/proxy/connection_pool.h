// Kept connections to endpoints, of one event loop.
#pragma once

#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sidecar/proxy/message_parser.h"
#include "sidecar/proxy/stream.h"
#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

struct UpstreamConnection {
  UpstreamConnection(EndpointRef endpoint, asio::io_context& io, DeadlineWheel& wheel,
                     std::size_t maxHeaderBytes, std::size_t bufferBytes)
      : endpoint(std::move(endpoint)),
        stream(tcp::socket(io), wheel),
        input(bufferBytes),
        parser(MessageParser::Kind::Response, maxHeaderBytes) {}

  const EndpointRef endpoint;
  Stream stream;
  InputBuffer input;
  MessageParser parser;
  std::chrono::steady_clock::time_point idleSince{};
};

// Lives on its loop's thread. Newest first, so that surplus connections grow old and are closed.
class ConnectionPool {
 public:
  static constexpr std::size_t kMaxIdlePerEndpoint = 64;
  // Shorter than our peers' idle time-outs (60 s ingress, 75 s common/http), so that we close
  // first.
  static constexpr std::chrono::seconds kMaxIdle{30};

  // A usable connection, or null. Those that the peer closed meanwhile are dropped.
  std::unique_ptr<UpstreamConnection> take(const EndpointRef& endpoint);
  void put(std::unique_ptr<UpstreamConnection> connection);

  // Closes what is too old and what belongs to endpoints that no upstream holds any more.
  void sweep(std::chrono::steady_clock::time_point now);
  void clear() { idle_.clear(); }
  std::size_t size() const;

 private:
  std::unordered_map<const EndpointId*, std::vector<std::unique_ptr<UpstreamConnection>>> idle_;
};

}  // namespace shopkeeper::sidecar
