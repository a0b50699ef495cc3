#include "sidecar/proxy/tcp_session.h"

#include "sidecar/proxy/retry_policy.h"
#include "sidecar/proxy/tunnel.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kBuffer = 32u << 10;  // each way

}  // namespace

TcpSession::TcpSession(tcp::socket socket, TcpContext& context)
    : context_(context),
      client_(std::move(socket), context.wheel),
      endpoint_(tcp::socket(context.io), context.wheel) {}

void TcpSession::close() {
  closed_ = true;
  client_.close();
  endpoint_.close();
}

Task<void> TcpSession::serve() {
  const std::shared_ptr<Upstream> upstream = context_.table.find(context_.config.upstream);
  std::optional<Lease> lease;
  if (upstream != nullptr) co_await connect(*upstream, lease);
  if (!lease || closed_) {
    context_.stats.ownAnswers.add();
    client_.reset();
    endpoint_.close();
    co_return;
  }
  InputBuffer up(kBuffer);
  InputBuffer down(kBuffer);
  const TunnelLimits limits{context_.config.idleTimeout, context_.stallTimeout};
  Tunnel tunnel(context_.io, context_.wheel, {client_, up}, {endpoint_, down}, limits,
                context_.stats, [&lease] { lease->finish(Outcome::Success); });
  const TunnelEnd end = co_await tunnel.run();
  if (closed_) co_return;
  if (end == TunnelEnd::Orderly) lease->finish(Outcome::Success);
  if (end == TunnelEnd::EndpointFailed) lease->finish(Outcome::Reset);
}

// `lease` is empty afterwards where no endpoint accepts.
Task<void> TcpSession::connect(Upstream& upstream, std::optional<Lease>& lease) {
  std::vector<EndpointRef> tried;
  PickRequest request;
  request.mayProbe = true;
  const int maxTries = upstream.policy()->retries.maxTries;
  for (int tries = 0; tries < maxTries && !closed_; ++tries) {
    request.tried = tried;
    Upstream::Pick pick = upstream.pick(request);
    if (pick.endpoint == nullptr) co_return;
    lease.emplace(upstream, std::move(pick));
    const bool connected = co_await dial(*lease->pick().endpoint);
    if (connected && !closed_) {
      lease->answered(Outcome::Neutral);  // a session may be silent for long: no sign of a hang
      co_return;
    }
    if (!closed_) lease->finish(Outcome::ConnectFailed);
    tried.push_back(lease->pick().endpoint);
    lease.reset();
    endpoint_.close();
  }
}

Task<bool> TcpSession::dial(const EndpointId& endpoint) {
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (error) co_return false;
  endpoint_.limitWrite(context_.connectTimeout);
  co_await endpoint_.connect({address, endpoint.port}, error);
  co_return !error;
}

}  // namespace shopkeeper::sidecar
