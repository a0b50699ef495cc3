#include "operator/kube/leader.h"

#include <algorithm>

#include "common/log.h"

namespace shopkeeper::kube {
namespace {

using std::chrono::milliseconds;

// client-go spreads the attempts of those who wait by up to 1.2 periods.
constexpr double kJitter = 1.2;

// The API counts in whole seconds; to promise more than we use is safe.
std::int64_t wholeSeconds(milliseconds duration) { return (duration.count() + 999) / 1000; }

Error invalid(const std::string& what) { return {ErrorCode::InvalidArgument, what}; }

}  // namespace

struct LeaderElector::Instruments {
  Instruments(Metrics& metrics, const std::string& name)
      : status(metrics.gauge("leader_election_master_status",
                             "Gauge of if the reporting system is master of the relevant lease, 0 "
                             "indicates backup, 1 indicates master.",
                             {{"name", name}})),
        slowpath(metrics.counter("leader_election_slowpath_total",
                                 "Total number of slow path exercised in renewing leader leases.",
                                 {{"name", name}})) {}
  prometheus::Gauge& status;
  prometheus::Counter& slowpath;
};

Status LeaderElector::validate(const LeaseOptions& options) {
  if (options.ns.empty() || options.name.empty() || options.identity.empty()) {
    return invalid("a leader lease needs a namespace, a name and an identity");
  }
  if (options.retryPeriod <= milliseconds::zero()) {
    return invalid("the lease's retry period must be positive");
  }
  if (options.renewDeadline.count() <= static_cast<double>(options.retryPeriod.count()) * kJitter) {
    return invalid("the lease's renew deadline must be over 1.2 retry periods");
  }
  if (options.leaseDuration <= options.renewDeadline) {
    return invalid("the lease's duration must be longer than its renew deadline");
  }
  return ok();
}

LeaderElector::LeaderElector(LeaseOptions options, LeaderCallbacks callbacks, Deps deps)
    : options_(std::move(options)), callbacks_(std::move(callbacks)), deps_(deps) {
  if (deps_.metrics != nullptr) {
    instruments_ = std::make_unique<Instruments>(*deps_.metrics, options_.name);
  }
}

LeaderElector::~LeaderElector() { stop(); }

void LeaderElector::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) deps_.pause.wait(attempt(stop), stop);
  });
}

void LeaderElector::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  release();
}

bool LeaderElector::leading() const {
  std::lock_guard lock(mutex_);
  return leading_ && deps_.gate.isOpen();
}

std::string LeaderElector::leader() const {
  std::lock_guard lock(mutex_);
  return leader_;
}

Duration LeaderElector::attempt(const std::stop_token& stop) {
  const MonotonicTime now = deps_.clock.now();
  // After SIGSTOP or a suspend: down first, then see who leads.
  if (held_ && !deps_.gate.isOpen()) end("the lease was not renewed in time");
  Call call;
  call.stop = stop;
  call.timeout = options_.renewDeadline / 2;  // as controller-runtime
  if (held_) call.timeout = std::clamp(deps_.gate.untilClosed(), milliseconds(1), call.timeout);
  const auto record = tryAcquireOrRenew(now, call);
  if (record && record->holder == options_.identity) {
    begin(*record, now);
    return options_.retryPeriod;
  }
  if (record) {
    end("another replica holds the lease");
    announce(record->holder);
  } else if (record.error().code() != ErrorCode::Cancelled) {
    log::warn("lease attempt failed", record.error(), {{"lease", options_.name}});
    if (!deps_.gate.isOpen()) end("the lease could not be renewed in time");
  }
  const double spread = static_cast<double>(options_.retryPeriod.count()) * kJitter;
  if (held_) {
    // Leading still, but for how long depends on the next attempts: no waiting over the deadline.
    return std::min(options_.retryPeriod, std::max(milliseconds(50), options_.retryPeriod / 4));
  }
  return options_.retryPeriod +
         milliseconds(static_cast<long long>(spread * deps_.random.uniform()));
}

Result<LeaseRecord> LeaderElector::renewHeld(MonotonicTime now, const Call& call) {
  LeaseRecord record = readLease(*held_);
  record.renewTime = toRfc3339Micros(deps_.clock.wallNow());
  return write(*held_, record, now, call);
}

Result<LeaseRecord> LeaderElector::write(const Object& base, const LeaseRecord& record,
                                         MonotonicTime now, const Call& call) {
  const Object lease = writeLease(base, options_, record);
  // The resource version of `base` makes this a compare-and-swap.
  auto written = base.resourceVersion().empty()
                     ? deps_.client.create(resources::leases(), lease, call)
                     : deps_.client.replace(resources::leases(), lease, call);
  if (!written) return written.error();
  held_ = *written;
  observed_.see(record, now);
  return record;
}

Result<LeaseRecord> LeaderElector::tryAcquireOrRenew(MonotonicTime now, const Call& call) {
  if (held_) {
    auto renewed = renewHeld(now, call);
    if (renewed || renewed.error().code() != ErrorCode::Conflict) return renewed;
    if (instruments_) instruments_->slowpath.Increment();
  }
  LeaseRecord wanted;
  wanted.holder = options_.identity;
  wanted.durationSeconds = wholeSeconds(options_.leaseDuration);
  wanted.acquireTime = wanted.renewTime = toRfc3339Micros(deps_.clock.wallNow());

  const auto current = deps_.client.get(resources::leases(), {options_.ns, options_.name}, call);
  if (!current) {
    if (current.error().code() != ErrorCode::NotFound) return current.error();
    return write(Object(), wanted, now, call);
  }
  const LeaseRecord found = readLease(*current);
  observed_.see(found, now);
  const bool ours = found.holder == options_.identity;
  if (!ours && !observed_.expired(now)) return found;
  wanted.transitions = ours ? found.transitions : found.transitions + 1;
  if (ours) wanted.acquireTime = found.acquireTime;
  return write(*current, wanted, now, call);
}

void LeaderElector::begin(const LeaseRecord& record, MonotonicTime since) {
  bool started;
  const auto epoch = static_cast<std::uint64_t>(record.transitions) + 1;
  {
    std::lock_guard lock(mutex_);
    deps_.gate.open(since, options_.renewDeadline, options_.leaseDuration, epoch);
    started = !leading_;
    leading_ = true;
  }
  if (!started) return;
  log::info("leading",
            {{"lease", options_.name}, {"identity", options_.identity}, {"epoch", epoch}});
  if (instruments_) instruments_->status.Set(1);
  announce(options_.identity);
  if (callbacks_.onStarted) callbacks_.onStarted(epoch);
}

void LeaderElector::end(const char* why) {
  held_.reset();
  {
    std::lock_guard lock(mutex_);
    deps_.gate.close();
    if (!leading_) return;
    leading_ = false;
  }
  log::warn("no longer leading", {{"lease", options_.name}, {"reason", why}});
  if (instruments_) instruments_->status.Set(0);
  announce("");
  if (callbacks_.onStopped) callbacks_.onStopped();
}

// So that the next one need not wait. client-go writes the same: no holder, one second.
void LeaderElector::release() {
  if (!held_) return;
  const Object lease = *held_;
  LeaseRecord record = readLease(lease);
  end("this replica stops");
  record.holder.clear();
  record.durationSeconds = 1;
  record.renewTime = record.acquireTime = toRfc3339Micros(deps_.clock.wallNow());
  Call call;
  call.timeout = std::min<milliseconds>(options_.renewDeadline / 2, milliseconds(2'000));
  const auto released =
      deps_.client.replace(resources::leases(), writeLease(lease, options_, record), call);
  if (!released) {
    log::warn("the lease was not released, the next leader waits for its end", released.error());
  }
}

void LeaderElector::announce(const std::string& identity) {
  {
    std::lock_guard lock(mutex_);
    if (leader_ == identity) return;
    leader_ = identity;
  }
  if (callbacks_.onLeaderChanged) callbacks_.onLeaderChanged(identity);
}

}  // namespace shopkeeper::kube
