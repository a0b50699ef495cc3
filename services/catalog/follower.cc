#include "services/catalog/follower.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "common/log.h"
#include "services/catalog/download.h"
#include "services/catalog/snapshot_file.h"

namespace shopkeeper::catalog {
namespace {

struct FollowerMetrics {
  explicit FollowerMetrics(Metrics& metrics)
      : products(metrics.gauge("catalogue_copy_products", "Products in the copy in use.")),
        answers(metrics.gauge("catalogue_copy_answers", "Answers in the copy in use.")),
        stale(metrics.gauge("catalogue_copy_stale",
                            "1 where knowledge has not confirmed the copy for too long.")),
        loaded(refreshes(metrics, "loaded")),
        confirmed(refreshes(metrics, "confirmed")),
        failed(refreshes(metrics, "failed")) {}

  static prometheus::Counter& refreshes(Metrics& metrics, const char* result) {
    return metrics.counter("catalogue_copy_refreshes_total", "Looks at knowledge by result.",
                           {{"result", result}});
  }

  prometheus::Gauge &products, &answers, &stale;
  prometheus::Counter &loaded, &confirmed, &failed;
};

class FollowerImpl final : public Follower {
 public:
  FollowerImpl(FollowerOptions options, http::HttpClient& knowledge, const Clock& clock,
               Metrics& metrics, SnapshotConsumer consumer)
      : options_(std::move(options)),
        path_((std::filesystem::path(options_.dataDir) / "catalogue.jsonl.gz").string()),
        knowledge_(knowledge),
        clock_(clock),
        metrics_(metrics),
        consumer_(std::move(consumer)) {}

  ~FollowerImpl() override { stop(); }

  void start() override {
    if (thread_.joinable()) return;
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }

  void stop() override {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
  }

  std::shared_ptr<const Snapshot> current() const override {
    std::lock_guard lock(mutex_);
    return current_;
  }

  bool stale() const override {
    std::lock_guard lock(mutex_);
    return !confirmed_ || clock_.now() - *confirmed_ > options_.staleAfter;
  }

 private:
  void run(std::stop_token stop) {
    loadCopy();
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      const Status looked = look(stop);
      if (!stop.stop_requested()) report(looked);
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, options_.interval, [] { return false; });
    }
  }

  void loadCopy() {
    auto copy = loadSnapshot(path_);
    if (!copy) {
      if (copy.error().code() == ErrorCode::NotFound) return;
      log::warn("catalogue copy on disk is not used", copy.error());
      return;
    }
    if (const Status used = publish(*copy); !used) {
      log::warn("catalogue copy on disk is not used", used.error());
      return;
    }
    log::info("catalogue copy loaded from disk", {{"catalogue.version", (*copy)->version},
                                                  {"products", (*copy)->products.size()},
                                                  {"answers", (*copy)->answers.size()}});
  }

  // One look at knowledge: confirms the copy or replaces it.
  Status look(std::stop_token stop) {
    const MonotonicTime asked = clock_.now();
    const auto info = fetchInfo(knowledge_, stop);
    if (!info) return info.error();
    const auto held = current();
    if (held != nullptr && held->version == info->version) {
      confirm(asked);
      metrics_.confirmed.Increment();
      return ok();
    }
    if (held != nullptr && info->version.empty()) {
      // A store that lost its data must not empty everyone who still has them.
      return Error(ErrorCode::Unavailable, "knowledge holds no catalogue; the copy stays in use");
    }
    // What the consumer refused is offered again, not downloaded again.
    if (pending_ == nullptr || pending_->version != info->version) {
      auto fresh = download(knowledge_, *info, {options_.products, options_.answers}, stop);
      if (!fresh) return fresh.error();
      pending_ = *fresh;
    }
    if (const Status used = publish(pending_); !used) return used;
    const auto fresh = std::exchange(pending_, nullptr);
    confirm(asked);
    metrics_.loaded.Increment();
    log::info("catalogue loaded", {{"catalogue.version", fresh->version},
                                   {"products", fresh->products.size()},
                                   {"answers", fresh->answers.size()}});
    if (fresh->version.empty()) return ok();
    if (const Status saved = saveSnapshot(*fresh, path_); !saved) {
      log::warn("catalogue copy cannot be kept on disk", saved.error());
    }
    return ok();
  }

  Status publish(std::shared_ptr<const Snapshot> snapshot) {
    if (consumer_) {
      if (const Status consumed = consumer_(snapshot); !consumed) {
        return consumed.error().within("catalogue " + snapshot->version);
      }
    }
    metrics_.products.Set(static_cast<double>(snapshot->products.size()));
    metrics_.answers.Set(static_cast<double>(snapshot->answers.size()));
    std::lock_guard lock(mutex_);
    current_ = std::move(snapshot);
    return ok();
  }

  void confirm(MonotonicTime at) {
    std::lock_guard lock(mutex_);
    confirmed_ = at;
  }

  // Says once that it fails and once that it works again, not every two seconds.
  void report(const Status& looked) {
    metrics_.stale.Set(stale() ? 1 : 0);
    if (looked) {
      if (failing_) log::info("catalogue is followed again");
      failing_ = false;
      return;
    }
    metrics_.failed.Increment();
    if (!failing_) log::warn("catalogue cannot be followed", looked.error());
    failing_ = true;
  }

  const FollowerOptions options_;
  const std::string path_;
  http::HttpClient& knowledge_;
  const Clock& clock_;
  FollowerMetrics metrics_;
  const SnapshotConsumer consumer_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> current_;
  std::optional<MonotonicTime> confirmed_;

  std::shared_ptr<const Snapshot> pending_;  // follower's thread only
  bool failing_ = false;                     // follower's thread only
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Follower> Follower::create(FollowerOptions options, http::HttpClient& knowledge,
                                           const Clock& clock, Metrics& metrics,
                                           SnapshotConsumer consumer) {
  return std::make_unique<FollowerImpl>(std::move(options), knowledge, clock, metrics,
                                        std::move(consumer));
}

}  // namespace shopkeeper::catalog
