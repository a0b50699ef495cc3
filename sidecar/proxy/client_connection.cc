#include "sidecar/proxy/client_connection.h"

#include "sidecar/proxy/header_rules.h"

namespace shopkeeper::sidecar {

using Steady = std::chrono::steady_clock;

ClientConnection::ClientConnection(tcp::socket socket, ExchangeContext& context)
    : context_(context),
      stream_(std::move(socket), context.wheel),
      input_(context.bufferBytes),
      parser_(MessageParser::Kind::Request, context.limits.maxHeaderBytes),
      idleSince_(Steady::now()) {
  error_code error;
  const auto peer = stream_.socket().remote_endpoint(error);
  if (!error) address_ = peer.address().to_string();
}

Task<void> ClientConnection::serve() {
  // g++ 12 miscompiles co_await in the condition of a loop and after && or ?: everywhere here each
  // has a statement of its own.
  bool more = true;
  if (context_.mesh != nullptr && !context_.gate.peersAreSidecars()) more = co_await secure();
  if (!more) stream_.close();
  while (more) {
    more = co_await serveOne();
  }
  if (stream_.open()) co_await closeGently(stream_);
}

// A peer of the mesh or, where that is allowed, anyone who begins without TLS.
Task<bool> ClientConnection::secure() {
  constexpr int kTlsHandshake = 0x16;  // RFC 8446, section 5.1
  MeshTls& mesh = *context_.mesh;
  error_code error;
  stream_.limitRead(context_.limits.idleTimeout);
  const int first = co_await stream_.firstByte(error);
  if (error || first < 0) co_return false;
  idle_ = false;
  std::optional<MeshRefusal> refusal;
  if (first != kTlsHandshake) {
    if (mesh.ingressTakesPlain()) co_return true;
    refusal = MeshRefusal::Plain;
  } else {
    stream_.limitRead(context_.limits.headerTimeout);
    MeshTls::Handle ssl = mesh.accepting();
    const Handshake made = co_await stream_.handshake(ssl);
    stream_.liftRead();
    if (made.end == Handshake::End::Interrupted) co_return false;
    refusal = mesh.refusalOf(stream_, made, "");
  }
  if (!refusal) {
    context_.stats.secured.add();
    co_return true;
  }
  context_.stats.refused[static_cast<std::size_t>(*refusal)].add();
  mesh.report(*refusal, context_.door, address_);
  co_return false;
}

void ClientConnection::close() {
  stream_.close();
  if (exchange_ != nullptr) exchange_->abandon();
}

int ClientConnection::waitingSocket() const {
  return exchange_ != nullptr && exchange_->awaitsAnswer() ? stream_.descriptor() : -1;
}

void ClientConnection::onClientEnd(bool broken) {
  if (exchange_ != nullptr) exchange_->onClientEnd(broken);
}

void ClientConnection::closeIfIdle() {
  if (idle_) stream_.interrupt();
}

Task<ClientConnection::Head> ClientConnection::readHead(ParseError& error) {
  idleSince_ = Steady::now();
  idle_ = input_.empty();
  stream_.limitRead(idle_ ? context_.limits.idleTimeout : context_.limits.headerTimeout);
  parser_.startMessage();
  for (;;) {
    const std::size_t used = parser_.parseHead(input_.data(), error);
    if (error) co_return Head::Refused;
    if (used > 0) {
      input_.consume(used);
      break;
    }
    if (input_.full()) {
      error = {431, "the header is larger than allowed"};
      co_return Head::Refused;
    }
    error_code failure;
    co_await stream_.read(input_, failure);
    if (failure == asio::error::timed_out && !idle_) {
      context_.stats.timedOut.add();
      error = {408, "the request header did not arrive in time"};
      co_return Head::Refused;
    }
    if (failure) co_return Head::Ended;
    if (idle_) {
      idle_ = false;
      stream_.limitRead(context_.limits.headerTimeout);  // one for the head, not one a byte
    }
  }
  idle_ = false;
  stream_.liftRead();
  co_return Head::Parsed;
}

Task<bool> ClientConnection::serveOne() {
  ParseError error;
  const Head read = co_await readHead(error);
  if (read == Head::Ended) co_return false;
  if (read == Head::Refused) {
    if (error.status != 408) context_.stats.malformed.add();
    co_await refuse(error.status, error.reason);
    co_return false;
  }
  const RequestHead& head = parser_.request();
  const Admission admission = context_.gate.admit(head);
  if (admission.status != 0) {
    co_await refuse(admission.status, admission.message);
    co_return false;
  }
  const auto startedAt = Steady::now();
  context_.stats.inFlight.add();
  Exchange exchange(context_, {stream_, input_, parser_, address_}, admission);
  exchange_ = &exchange;
  const bool keep = co_await exchange.run();
  exchange_ = nullptr;
  context_.stats.inFlight.subtract();
  context_.stats.byClass[static_cast<std::size_t>(exchange.status() / 100)].add();
  record(*admission.upstream, exchange.status(), Steady::now() - startedAt);
  co_return keep;
}

void ClientConnection::record(const Upstream& upstream, int status, Steady::duration duration) {
  if (context_.access == nullptr || context_.accessSample == 0) return;
  if (context_.stats.sampled++ % static_cast<std::uint64_t>(context_.accessSample) != 0) return;
  constexpr std::size_t kMaxTarget = 512;
  const RequestHead& head = parser_.request();
  context_.access->access({context_.door, std::string(head.method),
                           std::string(head.target.substr(0, kMaxTarget)), address_,
                           upstream.name(), status,
                           std::chrono::duration_cast<std::chrono::microseconds>(duration)});
}

Task<void> ClientConnection::refuse(int status, std::string_view message) {
  std::string answer;
  writeOwnAnswer(answer, status, "", message, /*close=*/true, parser_.request().method == "HEAD");
  context_.stats.ownAnswers.add();
  context_.stats.byClass[static_cast<std::size_t>(status / 100)].add();
  stream_.limitWrite(context_.limits.stallTimeout);
  const asio::const_buffer buffer = asio::buffer(answer);
  error_code ignored;
  co_await stream_.write({&buffer, 1}, ignored);
  stream_.liftWrite();
}

}  // namespace shopkeeper::sidecar
