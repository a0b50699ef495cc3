#include "services/recommendation/learner.h"

#include "common/log.h"
#include "services/catalog/follower.h"
#include "services/recommendation/window_file.h"

namespace shopkeeper::recommendation {
namespace {

double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

struct Learner::Instruments {
  explicit Instruments(Metrics& m)
      : read(m.counter("recommendation_events_read_total", "Events read from knowledge.")),
        failures(m.counter("recommendation_event_read_failures_total",
                           "Times events could not be read.")),
        resets(m.counter("recommendation_event_store_resets_total",
                         "Times knowledge turned out to hold another history of events.")),
        window(m.gauge("recommendation_window_events", "Events held to learn from.")),
        capped(m.gauge("recommendation_capped_events",
                       "Events of the window left out because one user sent too many.")),
        trained(m.gauge("recommendation_model_timestamp_seconds",
                        "When the model in use was trained, Unix time.")),
        took(m.gauge("recommendation_training_seconds", "How long the last training took.")) {}

  prometheus::Counter &read, &failures, &resets;
  prometheus::Gauge &window, &capped, &trained, &took;
};

Learner::Learner(LearnerOptions options, http::HttpClient& knowledge, const Clock& clock,
                 Metrics& metrics)
    : options_(std::move(options)),
      knowledge_(knowledge),
      clock_(clock),
      instruments_(std::make_unique<Instruments>(metrics)),
      window_(options_.limits) {}

Learner::~Learner() { stop(); }

void Learner::start() {
  if (thread_.joinable()) return;
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void Learner::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Learner::setCatalogue(std::shared_ptr<const catalog::Snapshot> catalogue) {
  {
    std::lock_guard lock(mutex_);
    catalogue_ = std::move(catalogue);
  }
  wake_.notify_one();
}

std::shared_ptr<const Model> Learner::model() const {
  std::lock_guard lock(mutex_);
  return model_;
}

void Learner::run(std::stop_token stop) {
  load();
  while (!stop.stop_requested()) {
    // The model of a new catalogue must not wait for knowledge, which may not even answer.
    trainIfWorthwhile();
    readNew(stop);
    trainIfWorthwhile();
    save(false);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, options_.interval, [this] { return catalogue_ != trainedOn_; });
  }
  save(true);
}

void Learner::load() {
  Result<EventWindow> kept = loadWindow(options_.file, options_.limits);
  if (kept) {
    window_ = std::move(*kept);
    newEvents_ = true;
    log::info("events loaded from disk", {{"events", window_.events().size()}});
  } else if (kept.error().code() != ErrorCode::NotFound) {
    log::warn("events on disk are not used; all are read again", kept.error());
  }
}

// Asks from the last event held, not from the one after it: where that one does not come back as it
// was, knowledge has been restored from an older copy, and all is read again.
void Learner::readNew(std::stop_token stop) {
  bool otherStore = false;
  const std::uint64_t last = window_.lastSeq();
  Result<std::uint64_t> read = readInto(window_, last == 0 ? 0 : last - 1, stop, otherStore);
  if (read && otherStore) {
    instruments_->resets.Increment();
    EventWindow fresh(options_.limits);
    bool ignored = false;
    read = readInto(fresh, 0, stop, ignored);
    // A store without any event is one that was lost: what was learned outlives it.
    if (read && fresh.lastSeq() > 0) {
      log::warn("knowledge holds another history of events; learning from that one",
                {{"events.lastSeq", last}, {"events", fresh.events().size()}});
      window_ = std::move(fresh);
      newEvents_ = unsaved_ = true;
    }
  }
  const bool good = read.has_value();
  if (!good) instruments_->failures.Increment();
  if (!good && reading_ && !stop.stop_requested()) {
    log::warn("events cannot be read; the model stays as it is", read.error());
  }
  if (good && !reading_) log::info("events can be read again");
  reading_ = good;
  instruments_->window.Set(static_cast<double>(window_.events().size()));
}

Result<std::uint64_t> Learner::readInto(EventWindow& window, std::uint64_t after,
                                        std::stop_token stop, bool& otherStore) {
  const std::uint64_t last = window.lastSeq();
  const WallTime now = clock_.wallNow();
  bool lastSeen = last == 0;
  Result<std::uint64_t> read =
      catalog::readEvents(knowledge_, after, stop, [&](const catalog::Event& event) {
        if (event.seq <= last) {
          lastSeen |= event.seq == last && event.id == window_.lastId();
          return;
        }
        if (!lastSeen) return;
        window.add(event, now);
        instruments_->read.Increment();
        newEvents_ = unsaved_ = true;
      });
  otherStore = read && !lastSeen;
  return read;
}

void Learner::trainIfWorthwhile() {
  std::shared_ptr<const catalog::Snapshot> catalogue;
  {
    std::lock_guard lock(mutex_);
    catalogue = catalogue_;
  }
  if (!catalogue) return;
  const bool other = catalogue != trainedOn_;
  if (!other && !newEvents_) return;
  // A new catalogue is urgent, new events are not.
  const auto pause = std::chrono::duration_cast<Duration>(trainingTook_ / options_.trainingShare);
  if (!other && clock_.now() - trainedAt_ < pause) return;

  const MonotonicTime started = clock_.now();
  window_.expire(clock_.wallNow());
  auto model = train(window_, catalogue, clock_.wallNow(), options_.training);
  trainedAt_ = clock_.now();
  trainingTook_ = trainedAt_ - started;
  trainedOn_ = catalogue;
  newEvents_ = false;
  instruments_->capped.Set(static_cast<double>(model->eventsCapped));
  instruments_->took.Set(seconds(trainingTook_));
  instruments_->trained.Set(seconds(clock_.wallNow().time_since_epoch()));
  log::debug("model trained", {{"events", model->eventsUsed}, {"seconds", seconds(trainingTook_)}});
  std::lock_guard lock(mutex_);
  model_ = std::move(model);
}

void Learner::save(bool atOnce) {
  if (!unsaved_ || (!atOnce && clock_.now() - savedAt_ < options_.saveEvery)) return;
  savedAt_ = clock_.now();
  if (const Status saved = saveWindow(window_, options_.file); !saved) {
    log::warn("events cannot be kept on disk", saved.error());
    return;
  }
  unsaved_ = false;
}

}  // namespace shopkeeper::recommendation
