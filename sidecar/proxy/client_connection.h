// One accepted connection: reads requests one after the other and has each exchanged.
#pragma once

#include <memory>
#include <string>

#include "sidecar/proxy/exchange.h"
#include "sidecar/proxy/session.h"

namespace shopkeeper::sidecar {

class ClientConnection final : public Session {
 public:
  ClientConnection(tcp::socket socket, ExchangeContext& context);

  Task<void> serve() override;
  bool idle() const override { return idle_; }
  std::chrono::steady_clock::time_point idleSince() const override { return idleSince_; }
  void closeIfIdle() override;
  void close() override;
  int waitingSocket() const override;
  void onClientEnd(bool broken) override;

 private:
  enum class Head { Parsed, Refused, Ended };
  Task<Head> readHead(ParseError& error);
  Task<bool> secure();
  Task<bool> serveOne();
  void record(const Upstream& upstream, int status, std::chrono::steady_clock::duration duration);
  Task<void> refuse(int status, std::string_view message);

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
