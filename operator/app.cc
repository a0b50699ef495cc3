#include "operator/app.h"

#include <condition_variable>
#include <mutex>

#include "common/http/router.h"
#include "common/http/server.h"
#include "common/log.h"
#include "common/metrics.h"
#include "operator/control/control_api.h"
#include "operator/control/tls_keeper.h"
#include "operator/control/token_cache.h"
#include "operator/identity.h"
#include "operator/kube/events.h"
#include "operator/kube/fenced_client.h"
#include "operator/kube/health.h"
#include "operator/kube/leader.h"
#include "operator/kube/rest_client.h"
#include "operator/ports.h"
#include "operator/term.h"
#include "operator/world/world.h"

namespace shopkeeper {
namespace {

using namespace std::chrono_literals;

// How often the Secret is read again, and how often while there is nothing to serve with.
constexpr auto kTlsInterval = 60s;
constexpr auto kTlsRetry = 1s;
constexpr auto kTick = 1s;

control::TlsKeeper::Options tlsOptions(const OperatorOptions& options,
                                       const specs::Platform& platform) {
  control::TlsKeeper::Options out;
  out.secret = {options.ns, "shopkeeper-operator-tls"};
  const auto host = platform.controlHost();
  out.policy.dnsNames = {host, host + "." + platform.clusterDomain};
  return out;
}

specs::Platform platformOf(const OperatorOptions& options) {
  specs::Platform platform;
  platform.imageRegistry = options.imageRegistry;
  platform.sidecarImage = options.sidecarImage;
  platform.operatorNs = options.ns;
  platform.clusterDomain = options.clusterDomain;
  return platform;
}

kube::LeaseOptions leaseOptions(const OperatorOptions& options, const std::string& identity) {
  return {.ns = options.ns,
          .name = options.leaseName,
          .identity = identity,
          .leaseDuration = options.leaseDuration,
          .renewDeadline = options.leaseRenewDeadline,
          .retryPeriod = options.leaseRetryPeriod};
}

class App {
 public:
  App(const OperatorOptions& options, std::unique_ptr<kube::Client> client,
      const ClientDecorator& decorate, std::unique_ptr<Metrics> metrics)
      : options_(options),
        platform_(platformOf(options)),
        identity_(makeIdentity(options.podName, options.podIp, options.control.port,
                               randomHex(systemRandom(), 4))),
        metrics_(std::move(metrics)),
        raw_(std::move(client)),
        decorated_(decorate ? decorate(*raw_) : nullptr),
        fenced_(kube::fence(decorated_ ? *decorated_ : *raw_, gate_)),
        events_({.controller = "shopkeeper.dev/operator", .instance = options.podName},
                {*fenced_, systemClock(), systemRandom(), kube::realPause(), metrics_.get()}),
        world_({options.watchNamespaces, options.watchNodes},
               {*raw_, systemClock(), systemRandom(), kube::realPause(), metrics_.get()}),
        heartbeats_({}, systemClock()),
        traffic_({}, systemClock()),
        reviewer_(*fenced_),
        tokens_(reviewer_, {}, systemClock()),
        tls_(tlsOptions(options, platform_), *fenced_, systemClock(),
             [this](const control::TlsMaterial& material) { adoptTls(material); }),
        api_({.tokens = tokens_,
              .heartbeats = heartbeats_,
              .traffic = traffic_,
              .book = book_,
              .leading = [this] { return gate_.isOpen() && term() != nullptr; },
              .leaderAddress = [this] { return leaderAddress(); },
              .changed = [this](const kube::ObjectKey& guide) { enqueue(guide, false, true); },
              .metrics = *metrics_}),
        elector_(
            leaseOptions(options, identity_), callbacks(),
            {*raw_, kube::bootClock(), systemRandom(), kube::realPause(), gate_, metrics_.get()}) {}

  Status run(const std::stop_token& stop);

 private:
  kube::LeaderCallbacks callbacks() {
    return {.onStarted = [this](std::uint64_t epoch) { wake([&] { wantedEpoch_ = epoch; }); },
            .onStopped = [this] { wake([&] { wantedEpoch_ = 0; }); },
            .onLeaderChanged = {}};
  }
  template <class Change>
  void wake(Change change) {
    std::lock_guard lock(mutex_);
    change();
    woken_ = true;
    wakeUp_.notify_all();
  }

  std::shared_ptr<Term> term() const {
    std::lock_guard lock(mutex_);
    return term_;
  }
  void enqueue(const kube::ObjectKey& guide, bool initial, bool traffic) {
    if (const auto current = term()) current->enqueue(guide, initial, traffic);
  }
  std::string leaderAddress() const {
    return options_.leaderElect ? addressOf(elector_.leader()) : "";
  }

  void listenToWorld();
  void addChecks();
  Status openPorts();
  void adoptTls(const control::TlsMaterial& material);
  void lead(const std::stop_token& stop);
  void tick(const std::stop_token& stop);
  void tickTls(bool leading, const std::stop_token& stop);
  void shutDown();

  const OperatorOptions& options_;
  const specs::Platform platform_;
  const std::string identity_;
  std::unique_ptr<Metrics> metrics_;
  kube::LeaderGate gate_{kube::bootClock()};
  std::unique_ptr<kube::Client> raw_;
  std::unique_ptr<kube::Client> decorated_;
  std::unique_ptr<kube::Client> fenced_;
  kube::AsyncEventRecorder events_;
  world::World world_;
  control::HeartbeatRegistry heartbeats_;
  control::TrafficLedger traffic_;
  control::DirectivesBook book_;
  control::KubeTokenReviewer reviewer_;
  control::TokenCache tokens_;
  control::TlsKeeper tls_;
  control::ControlApi api_;
  kube::HealthChecks readiness_;
  kube::HealthChecks liveness_;
  Ports ports_;

  mutable std::mutex mutex_;
  std::condition_variable_any wakeUp_;
  bool woken_ = false;
  std::uint64_t wantedEpoch_ = 0;  // 0: this replica does not lead
  std::shared_ptr<Term> term_;
  std::atomic<MonotonicTime> lastTick_{systemClock().now()};
  MonotonicTime nextTls_{};

  kube::LeaderElector elector_;  // last: its callbacks use all of the above
};

void App::listenToWorld() {
  world_.onGuideChange([this](const auto& guide, bool initial) { enqueue(guide, initial, true); });
  world_.onOwnedChange([this](const auto& guide, bool initial) { enqueue(guide, initial, false); });
  world_.onPodChange([this](const auto& guide, bool initial) { enqueue(guide, initial, true); });
}

void App::addChecks() {
  world_.addHealthChecks(readiness_);
  readiness_.add("control-port", [this]() -> Status {
    if (ports_.controlServes()) return ok();
    return Error(ErrorCode::Unavailable, "no TLS material yet");
  });
  liveness_.add("main-loop", [this]() -> Status {
    if (systemClock().now() - lastTick_.load() < 2min) return ok();
    return Error(ErrorCode::Timeout, "the main loop has not run for two minutes");
  });
}

Status App::openPorts() {
  if (auto opened = ports_.openMetrics(options_.metrics, *metrics_); !opened) return opened;
  return ports_.openHealth(options_.health, liveness_, readiness_);
}

void App::adoptTls(const control::TlsMaterial& material) {
  const auto served = ports_.serveControl(
      options_.control,
      {material.serving.certificate + material.authority.certificate, material.serving.key},
      [this](const http::Request& request) { return api_.heartbeat(request); });
  if (!served) log::error("the control port cannot be served", served.error());
  // Every guide carries the bundle.
  for (const auto& guide : world_.guides()) enqueue(guide, true, false);
}

void App::tickTls(bool leading, const std::stop_token& stop) {
  const auto now = systemClock().now();
  const bool mustMake = leading && !tls_.material();
  if (now < nextTls_ && !mustMake) return;
  const auto ticked = tls_.tick(leading, stop);
  nextTls_ = now + (ticked ? Duration(kTlsInterval) : Duration(kTlsRetry));
  if (!ticked && leading) log::warn("TLS material cannot be kept", ticked.error());
}

// Makes the term match what the elector says, one step a call.
void App::lead(const std::stop_token& stop) {
  std::uint64_t wanted = 0;
  std::shared_ptr<Term> old;
  {
    std::lock_guard lock(mutex_);
    wanted = wantedEpoch_;
    if (term_ && term_->epoch() != wanted) old = std::move(term_);
  }
  if (old) {
    old->stop();
    log::info("controllers stopped", {{"epoch", old->epoch()}});
  }
  tickTls(wanted != 0, stop);
  if (wanted == 0 || term() || !tls_.material()) return;
  book_.lead(wanted);
  heartbeats_.restart();
  traffic_.restart();
  auto fresh = std::make_shared<Term>(
      wanted, options_.workers,
      Term::Deps{*fenced_, world_, heartbeats_, traffic_, book_, events_, *metrics_, [this] {
                   auto platform = platform_;
                   if (const auto material = tls_.material())
                     platform.caBundle = material->bundle();
                   return platform;
                 }});
  {
    std::lock_guard lock(mutex_);
    term_ = fresh;
  }
  // After it is visible: what changes from here on reaches its queues, what came before is listed.
  fresh->start();
  log::info("controllers started", {{"epoch", wanted}});
}

void App::tick(const std::stop_token& stop) {
  lastTick_ = systemClock().now();
  lead(stop);
  for (const auto& guide : heartbeats_.expire()) enqueue(guide, false, true);
  const auto standbysOf = [this](const kube::ObjectKey& guide) { return book_.standbysOf(guide); };
  for (const auto& guide : traffic_.tick(standbysOf)) enqueue(guide, false, false);
  metrics_->gauge("shopkeeper_sidecars_reporting", "Sidecars heard of in the last 10 s")
      .Set(static_cast<double>(heartbeats_.size()));
}

void App::shutDown() {
  log::info("stopping");
  std::shared_ptr<Term> last;
  {
    std::lock_guard lock(mutex_);
    last = std::move(term_);
  }
  if (last) last->stop();
  elector_.stop();
  ports_.close();
  world_.stop();
}

Status App::run(const std::stop_token& stop) {
  if (options_.leaderElect) {
    if (auto valid = kube::LeaderElector::validate(leaseOptions(options_, identity_)); !valid) {
      return valid;
    }
  }
  listenToWorld();
  addChecks();
  if (auto opened = openPorts(); !opened) return opened;
  events_.start();
  world_.start();
  log::info("starting", {{"identity", identity_}, {"namespace", options_.ns}});
  // Warm standby: a replica that may lead at any moment knows the world already.
  while (!world_.waitForSync(5s, stop) && !stop.stop_requested()) {
    lastTick_ = systemClock().now();
    if (const auto ready = readiness_.verdict(); !ready) {
      log::info("waiting for the API server", {{"why", ready.error().message()}});
    }
  }
  if (!stop.stop_requested()) {
    log::info("caches filled", {{"guides", world_.guides().size()}});
    if (options_.leaderElect) {
      elector_.start();
    } else {
      constexpr auto kForEver = 24h * 365;
      gate_.open(kube::bootClock().now(), kForEver, 2 * kForEver, 1);
      wantedEpoch_ = 1;
    }
  }
  while (!stop.stop_requested()) {
    tick(stop);
    std::unique_lock lock(mutex_);
    wakeUp_.wait_for(lock, stop, kTick, [this] { return woken_; });
    woken_ = false;
  }
  shutDown();
  return ok();
}

}  // namespace

Status runOperator(const OperatorOptions& options, const std::stop_token& stop,
                   const ClientDecorator& decorate) {
  std::optional<std::filesystem::path> file;
  if (!options.kubeconfig.empty()) file = options.kubeconfig;
  auto config = kube::defaultConfig(file, options.context, systemClock());
  if (!config) return config.error();
  auto resolved = options;
  if (resolved.ns.empty()) resolved.ns = config->ns;
  auto metrics = std::make_unique<Metrics>();
  auto client = kube::connect(*config, metrics.get(), "shopkeeper-operator/" SHOPKEEPER_VERSION);
  if (!client) return client.error();
  App app(resolved, std::move(*client), decorate, std::move(metrics));
  return app.run(stop);
}

}  // namespace shopkeeper
