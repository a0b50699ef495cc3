#include "sidecar/proxy/body.h"

#include <fmt/format.h>

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kMaxPieces = 8;  // more are copied together: one write, few buffers

}  // namespace

void BodyReader::release() {
  input_.consume(taken_);
  taken_ = 0;
  pieces_.clear();
}

BodyReader::Got BodyReader::buffered() {
  release();
  if (parser_.done()) return Got::End;
  if (input_.empty()) return Got::Pieces;
  taken_ = parser_.parseBody(input_.data(), pieces_, parseError_);
  if (parseError_) return Got::Malformed;
  if (pieces_.size() > kMaxPieces) {
    joined_.clear();
    for (const std::string_view piece : pieces_) joined_.append(piece);
    pieces_.assign(1, joined_);
  }
  if (pieces_.empty()) {
    release();
    if (parser_.done()) return Got::End;
    if (input_.full()) {
      parseError_ = {400, "a chunk header or trailer is larger than allowed"};
      return Got::Malformed;
    }
  }
  return Got::Pieces;
}

Task<BodyReader::Got> BodyReader::next() {
  for (;;) {
    const Got got = buffered();
    if (got != Got::Pieces || !pieces_.empty()) co_return got;
    co_await stream_.read(input_, ioError_);
    if (ioError_ == asio::error::eof) {
      parser_.endOfInput(parseError_);
      if (!parseError_) co_return Got::End;
    }
    if (ioError_) co_return Got::IoError;
  }
}

void frameBody(std::vector<asio::const_buffer>& out, const std::vector<std::string_view>& pieces,
               Framing framing, bool last, std::string& scratch, std::string_view trailers) {
  std::size_t total = 0;
  for (const std::string_view piece : pieces) total += piece.size();
  const bool chunked = framing == Framing::Chunked;
  if (chunked && total > 0) {
    scratch = fmt::format("{:x}\r\n", total);
    out.push_back(asio::buffer(scratch));
  }
  for (const std::string_view piece : pieces)
    out.push_back(asio::buffer(piece.data(), piece.size()));
  if (chunked && total > 0) out.push_back(asio::buffer("\r\n", 2));
  if (!chunked || !last) return;
  out.push_back(asio::buffer("0\r\n\r\n", trailers.empty() ? 5 : 3));
  if (trailers.empty()) return;
  out.push_back(asio::buffer(trailers.data(), trailers.size()));
  out.push_back(asio::buffer("\r\n", 2));
}

}  // namespace shopkeeper::sidecar
