// The body of one request on its way from the client to the endpoint of the current try.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "sidecar/proxy/body.h"
#include "sidecar/proxy/connection_pool.h"
#include "sidecar/proxy/proxy_stats.h"

namespace shopkeeper::sidecar {

// Holds up to 64 KiB of the body so that a try can be made again; beyond that the body streams
// through and the request can no longer be replayed. The upload runs beside the reading of the
// answer, because an endpoint may answer before it has read everything.
// Lives on its loop's thread; stop() must have completed before destruction where start() was
// called.
class RequestUpload {
 public:
  static constexpr std::size_t kReplayLimit = 64u << 10;

  RequestUpload(asio::io_context& io, Stream& client, InputBuffer& input, MessageParser& parser,
                std::uint64_t maxBytes, ProxyStats& stats);

  // Takes what is already buffered, without I/O.
  void prefetch();

  bool complete() const { return reader_.done(); }                  // all of it was read
  std::string_view trailers() const { return reader_.trailers(); }  // once complete
  bool replayable() const { return !forgotten_; }
  // What was read so far, while replayable.
  const std::string& held() const { return held_; }

  // Why the client's side of the upload failed; status 0 where it did not. Status -1: it is gone.
  struct Failure {
    int status = 0;
    std::string_view message;
  };
  const Failure& failure() const { return failure_; }
  void failTimeout();

  // Sends the rest of the body to `endpoint`, after held() was sent by the caller. `onSent` is
  // called when all of it is out. On a failure of the client's side `endpoint` is interrupted.
  void start(UpstreamConnection& endpoint, Framing framing, std::function<void()> onSent);
  bool running() const { return running_; }
  // The answer has begun: from now on each step of the rest has `stall`, and all of it no deadline.
  void streamOn(std::chrono::milliseconds stall);
  // Whether the endpoint of the last start() got everything.
  bool sent() const { return sent_; }
  // Ends the upload, interrupting both sides; what was read and not held is lost.
  Task<void> stop();

 private:
  Task<void> pump(Framing framing);
  // Counts and holds the reader's pieces; false where the body is too large.
  bool account();
  void fail(BodyReader::Got got);

  asio::io_context& io_;
  Stream& client_;
  const InputBuffer& input_;
  BodyReader reader_;
  const std::uint64_t maxBytes_;
  ProxyStats& stats_;
  std::uint64_t received_ = 0;
  std::string held_;
  bool forgotten_ = false;
  Failure failure_;
  bool running_ = false;
  bool stopping_ = false;
  bool sent_ = false;
  std::chrono::milliseconds stall_{0};      // 0: the deadlines that are set stay
  UpstreamConnection* endpoint_ = nullptr;  // of the pump that runs
  std::function<void()> onSent_;
  asio::steady_timer ended_;  // cancelled when the pump has ended
};

}  // namespace shopkeeper::sidecar
