// Strict HTTP/1.1 parsing on Beast's basic_parser, without its per-field allocations, plus the
// rules Beast leaves to its user (RFC 9112): no obs-fold, no transfer coding but chunked, exactly
// one Host, no Transfer-Encoding in HTTP/1.0, a bounded number of fields.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/proxy/message.h"

namespace shopkeeper::sidecar {

// Why a message was refused. `status` is what its sender should hear.
struct ParseError {
  int status = 0;  // 0: no error
  std::string_view reason;
  explicit operator bool() const { return status != 0; }
};

// Parses the messages of one connection, one after the other. Not thread-safe.
class MessageParser {
 public:
  enum class Kind { Request, Response };

  MessageParser(Kind kind, std::size_t maxHeaderBytes);
  ~MessageParser();
  MessageParser(const MessageParser&) = delete;
  MessageParser& operator=(const MessageParser&) = delete;

  // Forgets the message before. `headAnswer`: the response to a HEAD has no body.
  void startMessage(bool headAnswer = false);

  // Looks for a whole head at the start of `input`; returns the bytes it took, 0 where more are
  // needed. Empty lines before a request are skipped.
  std::size_t parseHead(std::string_view input, ParseError& error);

  const RequestHead& request() const;
  const ResponseHead& response() const;

  // Parses body bytes: returns how many were taken and appends views of the payload in them to
  // `pieces` (they point into `input`).
  std::size_t parseBody(std::string_view input, std::vector<std::string_view>& pieces,
                        ParseError& error);
  // The peer ended the connection: fine for a body that lasts until then, an error otherwise.
  void endOfInput(ParseError& error);

  bool done() const;  // the whole message was parsed
  // The trailer fields that may be passed on (mayBeTrailer), as they are written. Empty until done.
  const std::string& trailers() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace shopkeeper::sidecar
