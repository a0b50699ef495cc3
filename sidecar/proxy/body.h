// Bodies in transit: decoded out of one connection, framed anew into another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sidecar/proxy/message_parser.h"
#include "sidecar/proxy/stream.h"

namespace shopkeeper::sidecar {

// Streams the body of the message that `parser` is in the middle of. All references must outlive
// the reader. Holds at most one buffer's worth of the body.
class BodyReader {
 public:
  BodyReader(Stream& stream, InputBuffer& input, MessageParser& parser)
      : stream_(stream), input_(input), parser_(parser) {}
  ~BodyReader() { release(); }
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  enum class Got { Pieces, End, Malformed, IoError };

  // The next pieces; they are valid until the next call. End comes with no pieces, or later calls
  // after the last. An interrupted call (operation_aborted) may be repeated without loss.
  Task<Got> next();
  // The same out of what is already buffered; `Pieces` with none means: more must be read.
  Got buffered();

  const std::vector<std::string_view>& pieces() const { return pieces_; }
  bool done() const { return parser_.done(); }
  std::string_view trailers() const { return parser_.trailers(); }  // once done
  const ParseError& parseError() const { return parseError_; }
  const error_code& ioError() const { return ioError_; }

 private:
  void release();

  Stream& stream_;
  InputBuffer& input_;
  MessageParser& parser_;
  std::vector<std::string_view> pieces_;
  std::string joined_;     // many small pieces made one
  std::size_t taken_ = 0;  // bytes of the input that pieces_ still points into
  ParseError parseError_;
  error_code ioError_;
};

// Appends buffers that carry `pieces` in the given framing. With `last` the end of a chunked body
// follows, with `trailers`. `scratch` holds the chunk's size line; both must live until the write
// ended.
void frameBody(std::vector<asio::const_buffer>& out, const std::vector<std::string_view>& pieces,
               Framing framing, bool last, std::string& scratch, std::string_view trailers = {});

}  // namespace shopkeeper::sidecar
