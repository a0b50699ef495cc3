#include "sidecar/proxy/dial.h"

#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {
namespace {

using Steady = std::chrono::steady_clock;

Steady::duration timeFor(const ExchangeContext& context, const DialTarget& target) {
  return std::min<Steady::duration>(context.connectTimeout, target.until - Steady::now());
}

Task<bool> connectPlain(ExchangeContext& context, const DialTarget& target,
                        std::unique_ptr<UpstreamConnection>& connection) {
  const EndpointRef& endpoint = target.endpoint;
  const Steady::duration limit = timeFor(context, target);
  error_code error;
  const auto address = asio::ip::make_address(endpoint->host, error);
  if (error || limit <= Steady::duration::zero()) co_return false;
  connection = std::make_unique<UpstreamConnection>(
      endpoint, context.io, context.wheel, context.limits.maxHeaderBytes, context.bufferBytes);
  connection->stream.limitWrite(limit);
  const tcp::endpoint peer(address, endpoint->port);
  co_await connection->stream.connect(peer, error);
  co_return !error;
}

}  // namespace

Task<bool> dial(ExchangeContext& context, const DialTarget& target,
                std::unique_ptr<UpstreamConnection>& connection) {
  MeshTls* const mesh = context.gate.peersAreSidecars() ? context.mesh : nullptr;
  bool connected = co_await connectPlain(context, target, connection);
  const std::string& address = target.endpoint->address;
  if (!connected || mesh == nullptr || mesh->plainPeer(address)) co_return connected;

  Stream& stream = connection->stream;
  stream.liftWrite();
  stream.limitRead(timeFor(context, target));
  MeshTls::Handle ssl = mesh->dialing(address);
  const Handshake made = co_await stream.handshake(ssl);
  stream.liftRead();
  // A peer without certificates yet. One with wrong ones, or that breaks off, stays refused.
  if (made.end == Handshake::End::NotTls && !mesh->strict()) {
    connected = co_await connectPlain(context, target, connection);
    if (connected) mesh->notePlainPeer(address);
    co_return connected;
  }
  if (made.end == Handshake::End::Interrupted) co_return false;
  const std::optional<MeshRefusal> refusal = mesh->refusalOf(stream, made, target.component);
  if (!refusal) {
    context.stats.secured.add();
    co_return true;
  }
  context.stats.refused[static_cast<std::size_t>(*refusal)].add();
  mesh->report(*refusal, context.door, address);
  co_return false;
}

}  // namespace shopkeeper::sidecar
