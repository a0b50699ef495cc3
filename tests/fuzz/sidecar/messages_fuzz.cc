// A request means the same whole and cut into single bytes, and what we would forward of it means
// the same to a second parser: nothing can be smuggled past the first.
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "sidecar/proxy/body.h"
#include "sidecar/proxy/header_rules.h"
#include "sidecar/proxy/message_parser.h"

namespace {

using namespace shopkeeper::sidecar;

struct Read {
  int error = 0;
  bool done = false;
  std::size_t used = 0;
  std::string forwarded;  // head as we would write it
  std::string body;
  std::string target;
  std::string trailers;
  Framing framing = Framing::None;
};

Read readRequest(std::string_view input, std::size_t step) {
  MessageParser parser(MessageParser::Kind::Request, 2048);
  Read result;
  ParseError error;
  std::string buffer;
  bool head = false;
  for (std::size_t at = 0; at < input.size() && !result.done; at += step) {
    buffer.append(input.substr(at, step));
    if (!head) {
      const std::size_t used = parser.parseHead(buffer, error);
      if (error) break;
      if (used == 0) continue;
      head = true;
      RequestEdits edits;
      edits.target = parser.request().target;
      edits.requestId = "id";
      result.target = parser.request().target;
      result.framing = parser.request().framing;
      edits.framing = parser.request().framing;
      edits.length = parser.request().length;
      if (parser.request().http11) {
        writeRequestHead(result.forwarded, parser.request(), edits);
        endRequestHead(result.forwarded, std::chrono::milliseconds(1000));
      }
      buffer.erase(0, used);
      result.used += used;
    }
    while (!buffer.empty() && !parser.done()) {
      std::vector<std::string_view> pieces;
      const std::size_t used = parser.parseBody(buffer, pieces, error);
      if (error) break;
      for (const std::string_view piece : pieces) result.body.append(piece);
      buffer.erase(0, used);
      result.used += used;
      if (used == 0) break;
    }
    if (error) break;
    result.done = head && parser.done();
    result.trailers = parser.trailers();
  }
  result.error = error.status;
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Read whole = readRequest(input, input.size() + 1);
  Read bytes = readRequest(input, 1);
  // An error may be seen at an earlier cut and then has another name, or a few bytes later (what
  // ends a chunk is looked at five bytes at a time), but never vanishes.
  if (whole.error != 0 && bytes.error == 0 && !bytes.done) {
    bytes = readRequest(std::string(input) + "xxxxx", 1);
  }
  if ((whole.error == 0) != (bytes.error == 0)) std::abort();
  if (whole.error != 0) return 0;
  if (whole.done != bytes.done || whole.body != bytes.body || whole.used != bytes.used) {
    std::abort();
  }
  if (!whole.done || whole.forwarded.empty()) return 0;
  // As a second, independent parser reads what an endpoint would get.
  std::vector<boost::asio::const_buffer> out{boost::asio::buffer(whole.forwarded)};
  std::string scratch;
  frameBody(out, {whole.body}, whole.framing, /*last=*/true, scratch, whole.trailers);
  std::string wire;
  for (const auto& part : out) wire.append(static_cast<const char*>(part.data()), part.size());
  namespace bhttp = boost::beast::http;
  bhttp::request_parser<bhttp::string_body> oracle;
  oracle.eager(true);
  boost::system::error_code failure;
  std::size_t used = 0;
  while (!failure && !oracle.is_done() && used < wire.size()) {
    used += oracle.put(boost::asio::buffer(wire.data() + used, wire.size() - used), failure);
  }
  if (failure || !oracle.is_done() || used != wire.size()) std::abort();
  if (oracle.get().body() != whole.body || oracle.get().target() != whole.target) std::abort();

  const Read second = readRequest(whole.forwarded, whole.forwarded.size() + 1);
  if (second.error != 0 && second.error != 431) std::abort();
  return 0;
}
