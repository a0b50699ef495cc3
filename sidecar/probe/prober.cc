#include "sidecar/probe/prober.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <set>

#include "common/log.h"
#include "sidecar/probe/probe_state.h"

namespace shopkeeper::sidecar {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxAnswer = 64u << 10;
constexpr std::chrono::seconds kCheckEvery{1};
constexpr std::chrono::seconds kIdleAfter{2};
constexpr std::chrono::milliseconds kCheckTimeout{1'000};
constexpr std::size_t kMaxChecks = 16;

asio::awaitable<void> pause(asio::steady_timer& timer, std::chrono::steady_clock::duration time) {
  timer.expires_after(time);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

struct RunningChecks {
  std::set<const EndpointId*> endpoints;  // never two checks of one endpoint
};

asio::awaitable<void> checkPeer(asio::io_context& io, std::shared_ptr<Upstream> upstream,
                                EndpointRef endpoint, std::uint16_t port,
                                std::shared_ptr<RunningChecks> running) {
  int status = 0;
  // Named, not a braced temporary in the co_await: g++ 12 copies those bit by bit.
  const HostPort server{endpoint->host, port};
  const std::string reason = co_await checkOnce(io, server, "/readyz", "", kCheckTimeout, status);
  const CheckResult result = reason.empty() ? CheckResult::Passed
                             : status > 0   ? CheckResult::NotReady
                                            : CheckResult::Unreachable;
  upstream->checked(endpoint, result);
  running->endpoints.erase(endpoint.get());
}

}  // namespace

asio::awaitable<std::string> checkOnce(asio::io_context& io, HostPort server, std::string path,
                                       std::string expect, std::chrono::milliseconds timeout,
                                       int& status) {
  HttpChannel channel(io, std::move(server));
  http::Request request;
  request.target = std::move(path);
  request.headers.set("Connection", "close");
  const auto answer = co_await channel.send(request, timeout, kMaxAnswer);
  status = answer ? answer->status : 0;
  if (!answer) co_return answer.error().message();
  co_return whyNotWell(answer->status, answer->body, expect);
}

asio::awaitable<void> probeService(asio::io_context& io, const SidecarConfig& config,
                                   SharedState& shared, std::function<void()> onChange) {
  const ProbeConfig& probe = config.probe;
  ProbeState state(probe.failureThreshold, probe.successThreshold);
  asio::steady_timer timer(io);
  for (;;) {
    int code = 0;
    const std::string reason = co_await checkOnce(io, config.ingress.service, probe.path,
                                                  probe.expect, probe.timeout, code);
    const bool wrongAnswer = code == 200;
    const bool changed = reason.empty() ? state.onSuccess() : state.onFailure(reason, wrongAnswer);
    shared.setService(state.healthy(), state.reason());
    if (changed) {
      log::info(state.healthy() ? "service became healthy" : "service became unhealthy",
                {{"probe.path", probe.path}, {"event.reason", reason}});
      onChange();
    }
    co_await pause(timer, probe.interval);
  }
}

asio::awaitable<void> checkPeers(asio::io_context& io, const SidecarConfig& config,
                                 const UpstreamTable& table) {
  auto running = std::make_shared<RunningChecks>();
  asio::steady_timer timer(io);
  for (;;) {
    for (const auto& upstream : table.all()) {
      for (const EndpointRef& endpoint : upstream->wantingCheck(kIdleAfter)) {
        if (running->endpoints.size() >= kMaxChecks) break;
        if (!running->endpoints.insert(endpoint.get()).second) continue;
        asio::co_spawn(io, checkPeer(io, upstream, endpoint, config.egress.checkPort, running),
                       asio::detached);
      }
    }
    co_await pause(timer, kCheckEvery);
  }
}

}  // namespace shopkeeper::sidecar
