// One accepted connection: reads requests one after the other and has each exchanged.
#pragma once

#include <memory>
#include <string>

#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {

// Owned by its listener; lives on its loop's thread.
class ClientConnection {
 public:
  ClientConnection(tcp::socket socket, ExchangeContext& context);

  // Serves until the connection ends.
  asio::awaitable<void> serve();

  // Between two requests, or before the first: may be closed without anyone losing anything.
  bool idle() const { return idle_; }
  std::chrono::steady_clock::time_point idleSince() const { return idleSince_; }
  // Ends an idle connection soon; a busy one after its answer, because draining is set by then.
  void closeIfIdle();
  // Ends it at once, whatever it is doing.
  void close();

 private:
  enum class Head { Parsed, Refused, Ended };
  asio::awaitable<Head> readHead(ParseError& error);
  asio::awaitable<bool> serveOne();
  void record(const Upstream& upstream, int status, std::chrono::steady_clock::duration duration);
  asio::awaitable<void> refuse(int status, std::string_view message);

  ExchangeContext& context_;
  Stream stream_;
  InputBuffer input_;
  MessageParser parser_;
  std::string address_;
  Exchange* exchange_ = nullptr;  // the request in flight
  bool idle_ = true;
  std::chrono::steady_clock::time_point idleSince_;
};

}  // namespace shopkeeper::sidecar
