#include "sidecar/agent/agent.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/log.h"
#include "sidecar/agent/control_link.h"
#include "sidecar/agent/directive_file.h"
#include "sidecar/agent/directive_state.h"
#include "sidecar/agent/heartbeat_plan.h"
#include "sidecar/probe/prober.h"

namespace shopkeeper::sidecar {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds kDiscoverEvery{1'000};
constexpr std::size_t kMaxServiceAnswer = 4u << 20;

// The leader named by a 421, or an empty text.
std::string leaderOf(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("leader") || !json["leader"].is_string()) return {};
  return json["leader"].get<std::string>();
}

}  // namespace

struct Agent::Impl {
  explicit Impl(AgentParts given)
      : parts(std::move(given)),
        work(asio::make_work_guard(io)),
        directives(parts.config),
        builder(parts.config, parts.identity, parts.state, parts.service, parts.table),
        plan(parts.config.control.address, parts.config.control.interval),
        link(io, parts.config.control),
        resolver(parts.makeResolver(io)),
        beatTimer(io) {}

  AgentParts parts;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work;
  DirectiveState directives;
  HeartbeatBuilder builder;
  HeartbeatPlan plan;
  ControlLink link;
  std::unique_ptr<Resolver> resolver;
  asio::steady_timer beatTimer;
  bool poked = false;
  std::vector<wire::Upstream> applied;
  std::thread thread;

  void load();
  void apply();
  void accept(const std::string& body);
  void noteFailure(const std::string& why);
  void noteSuccess();
  milliseconds onAnswer(const http::Response& answer);
  asio::awaitable<void> beat();
  asio::awaitable<void> discover();
};

void Agent::Impl::load() {
  const auto stored = loadDirectives(parts.config.stateDir);
  if (!stored) {
    log::warn("stored directives ignored", stored.error());
  } else if (stored->has_value()) {
    const auto taken = directives.offer(**stored);
    if (!taken) {
      log::warn("stored directives ignored", taken.error());
    } else {
      log::info("stored directives loaded", {{"directives.generation", directives.generation()}});
    }
  }
  apply();
}

// Puts into force what the directives, DNS and the time say.
void Agent::Impl::apply() {
  const MonotonicTime now = parts.clock.now();
  auto specs = directives.effective(now);
  if (specs != applied) {
    parts.table.apply(specs);
    applied = std::move(specs);
  }
  if (parts.faults != nullptr) parts.faults->apply(directives.directives().faults, now);
  const bool fallback = directives.fallback(now);
  const bool before = parts.state.control().fallback;
  parts.state.updateControl([&](SharedState::Control& control) {
    control.generation = directives.generation();
    control.fallback = fallback;
  });
  if (fallback != before) {
    log::info(fallback ? "operator away: endpoints from DNS as well" : "operator is back",
              {{"directives.generation", directives.generation()}});
  }
}

void Agent::Impl::accept(const std::string& body) {
  auto parsed = wire::parseDirectives(body);
  auto taken = parsed ? directives.offer(std::move(*parsed)) : Result<bool>(parsed.error());
  if (!taken) {
    parts.state.updateControl([](auto& control) { ++control.directivesRefused; });
    log::warn("directives refused", taken.error());
    return;
  }
  if (!*taken) return;
  apply();
  wire::Directives lasting = directives.directives();
  lasting.faults.clear();  // a drill ends with the process it was ordered for
  if (auto saved = saveDirectives(parts.config.stateDir, lasting); !saved) {
    log::warn("directives not stored", saved.error());
  }
}

void Agent::Impl::noteFailure(const std::string& why) {
  const std::string before = parts.state.control().lastError;
  if (why != before) log::warn("heartbeat failed", {{"error.message", why}});
  parts.state.updateControl([&](auto& control) { control.lastError = why; });
}

void Agent::Impl::noteSuccess() {
  if (!parts.state.control().lastError.empty()) log::info("heartbeat answered again");
  parts.state.updateControl([](auto& control) {
    ++control.heartbeats;
    control.lastError.clear();
  });
  directives.onContact(parts.clock.now());
}

milliseconds Agent::Impl::onAnswer(const http::Response& answer) {
  switch (answer.status) {
    case 200:
    case 204:
      noteSuccess();
      if (answer.status == 200) accept(answer.body);
      return plan.onAnswer();
    case 421:
      parts.state.updateControl([](auto& control) { ++control.redirects; });
      return plan.onRedirect(leaderOf(answer.body), parts.random);
    default:
      parts.state.updateControl([](auto& control) { ++control.refusals; });
      noteFailure("the operator answered " + std::to_string(answer.status));
      return plan.onFailure(parts.random);
  }
}

asio::awaitable<void> Agent::Impl::beat() {
  for (;;) {
    poked = false;
    wire::Heartbeat heartbeat = builder.next();
    if (parts.faults != nullptr) heartbeat.faults = parts.faults->active(parts.clock.now());
    const std::string body = wire::toJson(heartbeat);
    const auto answer = co_await link.post(plan.target(), body);
    milliseconds pause{0};
    if (answer) {
      pause = onAnswer(*answer);
    } else {
      parts.state.updateControl([](auto& control) { ++control.failures; });
      noteFailure(answer.error().message());
      pause = plan.onFailure(parts.random);
    }
    apply();
    if (poked) continue;
    beatTimer.expires_after(pause);
    boost::system::error_code woken;
    co_await beatTimer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> Agent::Impl::discover() {
  asio::steady_timer timer(io);
  std::string lastError;
  for (;;) {
    if (directives.fallback(parts.clock.now())) {
      for (const UpstreamConfig& upstream : parts.config.upstreams) {
        auto found = co_await resolver->lookup(upstream.dns);
        if (found) {
          directives.onLookup(upstream.name, std::move(*found));
        } else if (found.error().message() != lastError) {
          // The last addresses stay: a resolver that is down is no reason to forget them.
          lastError = found.error().message();
          log::warn("name lookup failed", found.error());
        }
      }
    }
    apply();
    timer.expires_after(kDiscoverEvery);
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

Agent::Agent(AgentParts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}

Agent::~Agent() {
  impl_->work.reset();
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void Agent::start() {
  Impl& self = *impl_;
  self.load();
  asio::co_spawn(self.io, self.beat(), asio::detached);
  asio::co_spawn(self.io, self.discover(), asio::detached);
  asio::co_spawn(self.io,
                 probeService(self.io, self.parts.config, self.parts.state, [this] { poke(); }),
                 asio::detached);
  asio::co_spawn(self.io, checkPeers(self.io, self.parts.config, self.parts.table), asio::detached);
  self.thread = std::thread([&self] {
    for (;;) {
      try {
        self.io.run();
        return;
      } catch (const std::exception& unexpected) {
        log::error("control task ended by an error", {{"error.message", unexpected.what()}});
      }
    }
  });
}

void Agent::poke() {
  asio::post(impl_->io, [this] {
    impl_->poked = true;
    impl_->beatTimer.cancel();
  });
}

bool Agent::alive(milliseconds timeout) {
  auto done = std::make_shared<std::promise<void>>();
  auto finished = done->get_future();
  asio::post(impl_->io, [done] { done->set_value(); });
  return finished.wait_for(timeout) == std::future_status::ready;
}

Result<http::Response> Agent::askService(const std::string& path, milliseconds timeout) {
  auto done = std::make_shared<std::promise<Result<http::Response>>>();
  auto finished = done->get_future();
  asio::io_context& io = impl_->io;
  asio::co_spawn(
      io,
      [](asio::io_context& context, HostPort service, std::string target, milliseconds limit,
         auto promise) -> asio::awaitable<void> {
        HttpChannel channel(context, std::move(service));
        http::Request request;
        request.target = std::move(target);
        request.headers.set("Connection", "close");
        promise->set_value(co_await channel.send(request, limit, kMaxServiceAnswer));
      }(io, impl_->parts.config.ingress.service, path, timeout, done),
      asio::detached);
  if (finished.wait_for(timeout * 2) != std::future_status::ready) {
    return Error(ErrorCode::Timeout, "the service did not answer in time");
  }
  return finished.get();
}

}  // namespace shopkeeper::sidecar
