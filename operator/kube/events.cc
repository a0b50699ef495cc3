#include "operator/kube/events.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/log.h"
#include "operator/kube/backoff.h"
#include "operator/kube/event_series.h"

namespace shopkeeper::kube {
namespace {

constexpr std::chrono::milliseconds kSendTimeout{5'000};
constexpr std::chrono::milliseconds kLastTimeout{2'000};  // for all that is left at the end
constexpr int kAttempts = 3;

}  // namespace

struct AsyncEventRecorder::Impl {
  Impl(EventOptions o, Deps d)
      : options(o),
        deps(d),
        series(o, d.random),
        own(d.metrics == nullptr ? std::make_unique<Metrics>() : nullptr),
        sent(counter("sent", "Events written to the API server.")),
        dropped(counter("dropped", "Events not written: too many of them.")),
        failed(counter("failed", "Events that the API server did not take.")) {}

  prometheus::Counter& counter(const std::string& what, const std::string& help) {
    Metrics& metrics = own ? *own : *deps.metrics;
    return metrics.counter("shopkeeper_events_" + what + "_total", help);
  }

  bool sendOne(const Call& call);
  Status send(const EventWrite& write, const Call& call);
  void loop(const std::stop_token& stop);

  const EventOptions options;
  Deps deps;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<EventOccurrence> pending;
  EventSeries series;  // the sender's only
  std::unique_ptr<Metrics> own;
  prometheus::Counter& sent;
  prometheus::Counter& dropped;
  prometheus::Counter& failed;
  std::jthread thread;
};

AsyncEventRecorder::AsyncEventRecorder(EventOptions options, Deps deps)
    : impl_(std::make_unique<Impl>(std::move(options), deps)) {}

AsyncEventRecorder::~AsyncEventRecorder() {
  if (!impl_->thread.joinable()) return;
  impl_->thread.request_stop();
  impl_->thread.join();
  const MonotonicTime end = impl_->deps.clock.now() + kLastTimeout;
  Call call;
  do {
    call.timeout =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - impl_->deps.clock.now());
  } while (call.timeout > std::chrono::milliseconds::zero() && impl_->sendOne(call));
}

void AsyncEventRecorder::start() {
  impl_->thread = std::jthread([this](const std::stop_token& stop) { impl_->loop(stop); });
}

void AsyncEventRecorder::publish(const Object& regarding, EventType type, const std::string& reason,
                                 const std::string& note, const std::string& action) {
  std::lock_guard lock(impl_->mutex);
  if (impl_->pending.size() >= impl_->options.maxPending) {
    impl_->dropped.Increment();
    return;
  }
  impl_->pending.push_back({regarding, type, reason, note, action, impl_->deps.clock.wallNow()});
  impl_->changed.notify_one();
}

bool AsyncEventRecorder::sendOne() {
  Call call;
  call.timeout = kSendTimeout;
  return impl_->sendOne(call);
}

void AsyncEventRecorder::Impl::loop(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, stop, [this] { return !pending.empty(); })) return;
    }
    if (stop.stop_requested()) return;
    Call call;
    call.timeout = kSendTimeout;
    call.stop = stop;
    sendOne(call);
  }
}

bool AsyncEventRecorder::Impl::sendOne(const Call& call) {
  EventOccurrence occurrence;
  {
    std::lock_guard lock(mutex);
    if (pending.empty()) return false;
    occurrence = std::move(pending.front());
    pending.pop_front();
  }
  EventWrite write;
  switch (series.note(occurrence, deps.clock.now(), write)) {
    case EventSeries::Verdict::Merged:
      return true;
    case EventSeries::Verdict::Suppressed:
      dropped.Increment();
      return true;
    case EventSeries::Verdict::Write:
      break;
  }
  Backoff backoff(Backoff::Options{}, deps.clock, deps.random);
  for (int attempt = 1;; ++attempt) {
    const Status status = send(write, call);
    if (status) {
      sent.Increment();
      return true;
    }
    if (!status.error().retryable() || attempt == kAttempts ||
        !deps.pause.wait(backoff.next(), call.stop)) {
      failed.Increment();
      log::warn("event was not recorded", status.error(),
                {{"reason", occurrence.reason}, {"object", occurrence.regarding.key().toString()}});
      return true;
    }
  }
}

Status AsyncEventRecorder::Impl::send(const EventWrite& write, const Call& call) {
  if (write.count > 1) {
    const auto patched = deps.client.patch(resources::events(), write.key, PatchType::Merge,
                                           seriesPatch(write), call);
    if (patched) return ok();
    // Events live an hour at the API server; a longer series goes on in a new one.
    if (patched.error().code() != ErrorCode::NotFound) return patched.error();
  }
  const auto created = deps.client.create(resources::events(), write.event, call);
  // Its name is ours alone: an earlier attempt went through.
  if (created || created.error().code() == ErrorCode::AlreadyExists) return ok();
  return created.error();
}

}  // namespace shopkeeper::kube
