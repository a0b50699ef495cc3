// Keeps the event window up to date from knowledge, and a model trained on it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/metrics.h"
#include "services/recommendation/trainer.h"

namespace shopkeeper::recommendation {

struct LearnerOptions {
  std::string file;                             // where the window is kept
  std::chrono::milliseconds interval{5'000};    // how often new events are asked for
  std::chrono::milliseconds saveEvery{30'000};  // at most; what is lost is read again
  // Training takes at most this share of one core, however many events there are.
  double trainingShare = 0.1;
  WindowLimits limits;
  TrainingOptions training;
};

// Thread-safe. All work is done on one thread of its own, between start() and stop().
class Learner {
 public:
  // All references must outlive the learner.
  Learner(LearnerOptions options, http::HttpClient& knowledge, const Clock& clock,
          Metrics& metrics);
  ~Learner();

  // Loads the window from disk and trains with the first catalogue that comes.
  void start();
  void stop();  // saves the window

  // A new catalogue; a model for it follows at once.
  void setCatalogue(std::shared_ptr<const catalog::Snapshot> catalogue);

  // Null until a catalogue came.
  std::shared_ptr<const Model> model() const;

 private:
  struct Instruments;

  void run(std::stop_token stop);
  void load();
  void readNew(std::stop_token stop);
  Result<std::uint64_t> readInto(EventWindow& window, std::uint64_t after, std::stop_token stop,
                                 bool& otherStore);
  void trainIfWorthwhile();
  void save(bool atOnce);

  const LearnerOptions options_;
  http::HttpClient& knowledge_;
  const Clock& clock_;
  std::unique_ptr<Instruments> instruments_;

  // The learner's thread only.
  EventWindow window_;
  std::shared_ptr<const catalog::Snapshot> trainedOn_;
  bool newEvents_ = false;
  bool unsaved_ = false;
  bool reading_ = true;  // whether the last read went well, to log changes only
  MonotonicTime savedAt_{};
  MonotonicTime trainedAt_{};
  Duration trainingTook_{0};

  mutable std::mutex mutex_;  // catalogue_ and model_
  std::condition_variable_any wake_;
  std::shared_ptr<const catalog::Snapshot> catalogue_;
  std::shared_ptr<const Model> model_;
  std::jthread thread_;
};

}  // namespace shopkeeper::recommendation
