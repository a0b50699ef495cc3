#include "sidecar/proxy/request_upload.h"

#include "sidecar/proxy/task_operation.h"

namespace shopkeeper::sidecar {

RequestUpload::RequestUpload(asio::io_context& io, Stream& client, InputBuffer& input,
                             MessageParser& parser, std::uint64_t maxBytes, ProxyStats& stats)
    : io_(io),
      client_(client),
      input_(input),
      reader_(client, input, parser),
      maxBytes_(maxBytes),
      stats_(stats),
      ended_(io) {}

void RequestUpload::prefetch() {
  // Several rounds: the parser may stop between two chunks. Never more than can be held.
  while (failure_.status == 0 && held_.size() + input_.data().size() <= kReplayLimit) {
    const BodyReader::Got got = reader_.buffered();
    if (got == BodyReader::Got::Malformed) return fail(got);
    if (got == BodyReader::Got::End || reader_.pieces().empty()) return;
    if (!account()) return;
  }
}

bool RequestUpload::account() {
  std::size_t bytes = 0;
  for (const std::string_view piece : reader_.pieces()) bytes += piece.size();
  received_ += bytes;
  stats_.bytesIn.add(bytes);
  if (received_ > maxBytes_) {
    failure_ = {413, "the body is larger than allowed"};
    return false;
  }
  if (forgotten_ || held_.size() + bytes > kReplayLimit) {
    forgotten_ = true;
    held_ = {};
    return true;
  }
  for (const std::string_view piece : reader_.pieces()) held_.append(piece);
  return true;
}

void RequestUpload::fail(BodyReader::Got got) {
  if (got == BodyReader::Got::Malformed) {
    failure_ = {reader_.parseError().status, reader_.parseError().reason};
  } else if (reader_.ioError() == asio::error::timed_out) {
    failTimeout();
  } else {
    failure_ = {-1, "the client went away"};
  }
}

void RequestUpload::failTimeout() { failure_ = {408, "the body did not arrive in time"}; }

void RequestUpload::start(UpstreamConnection& endpoint, Framing framing,
                          std::function<void()> onSent) {
  running_ = true;
  stopping_ = sent_ = false;
  endpoint_ = &endpoint;
  onSent_ = std::move(onSent);
  spawn(io_, pump(framing));
}

void RequestUpload::streamOn(std::chrono::milliseconds stall) {
  if (!running_) return;
  stall_ = stall;
  client_.limitRead(stall_);
  endpoint_->stream.limitWrite(stall_);
}

Task<void> RequestUpload::pump(Framing framing) {
  std::vector<asio::const_buffer> out;
  std::string scratch;
  while (!stopping_) {
    if (stall_.count() > 0) client_.limitRead(stall_);
    const BodyReader::Got got = co_await reader_.next();
    if (got == BodyReader::Got::IoError || got == BodyReader::Got::Malformed) {
      const bool interrupted = stopping_ && reader_.ioError() == asio::error::operation_aborted;
      if (!interrupted) fail(got);
      break;
    }
    if (!account()) break;
    out.clear();
    frameBody(out, reader_.pieces(), framing, reader_.done(), scratch, reader_.trailers());
    if (stall_.count() > 0) endpoint_->stream.limitWrite(stall_);
    error_code error;
    if (!out.empty()) co_await endpoint_->stream.write(out, error);
    if (error) break;  // whoever reads the answer finds out why
    if (reader_.done()) {
      sent_ = true;
      if (onSent_) onSent_();
      break;
    }
  }
  running_ = false;
  if (failure_.status != 0) endpoint_->stream.interrupt();
  ended_.cancel();
}

Task<void> RequestUpload::stop() {
  stopping_ = true;
  while (running_) {
    client_.interrupt();
    endpoint_->stream.interrupt();
    ended_.expires_after(std::chrono::milliseconds(20));
    error_code woken;
    co_await ended_.async_wait(resultIn(woken));
  }
}

}  // namespace shopkeeper::sidecar
