#include "services/search/service.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "common/log.h"
#include "services/catalog/follower.h"
#include "services/search/engine.h"
#include "services/search/render.h"
#include "services/search/request.h"
#include "services/search/store.h"

namespace shopkeeper::search {
namespace {

struct SearchMetrics {
  explicit SearchMetrics(Metrics& m)
      : duration(m.histogram("search_query_duration_seconds", "Time to answer a query.",
                             latencyBuckets())),
        zeroResults(m.counter("search_zero_results_total", "Queries that found nothing.")),
        corrected(m.counter("search_corrected_total",
                            "Queries answered with another spelling's results.")),
        invalid(m.counter("search_invalid_requests_total", "Requests refused as malformed.")),
        damaged(
            m.counter("search_index_damaged_total", "Times an index file turned out unreadable.")),
        builds(m.counter("search_index_builds_total", "Indexes built.")),
        buildSeconds(m.gauge("search_index_build_seconds", "How long the last build took.")),
        products(m.gauge("search_index_products", "Products in the index in use.")),
        since(m.gauge("search_index_version_timestamp_seconds",
                      "When the catalogue version in use came into use, Unix time.")) {}

  prometheus::Histogram& duration;
  prometheus::Counter &zeroResults, &corrected, &invalid, &damaged, &builds;
  prometheus::Gauge &buildSeconds, &products, &since;
};

double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

class SearchService final : public services::Service {
 public:
  SearchService(const services::Context& context, std::unique_ptr<http::HttpClient> knowledge,
                const SearchServiceOptions& options)
      : clock_(context.clock),
        metrics_(context.metrics),
        store_({(std::filesystem::path(context.dataDir) / "search").string(), options.workers,
                options.weights}),
        engine_(options.ranking, Synonyms::builtin()),
        knowledge_(std::move(knowledge)) {
    catalog::FollowerOptions follow;
    follow.dataDir = context.dataDir;
    follow.interval = options.followInterval;
    follow.answers = false;
    follower_ = catalog::Follower::create(
        follow, *knowledge_, context.clock, context.metrics,
        [this](std::shared_ptr<const catalog::Snapshot> s) { return consume(*s); });
  }

  ~SearchService() override { stop(); }

  void routes(http::Router& router) override {
    router.get("/v1/search", [this](const http::Request& request, const http::PathParams&) {
      return search(request);
    });
  }

  Status start() override {
    if (const Status loaded = store_.load(); loaded) {
      inUse();
      log::info("index opened from disk", {{"catalogue.version", store_.current()->version()}});
    } else if (loaded.error().code() != ErrorCode::NotFound) {
      // The follower's first snapshot, from its own copy on disk, replaces it.
      metrics_.damaged.Increment();
      log::warn("index on disk is not used", loaded.error());
    }
    follower_->start();
    healer_ = std::jthread([this](std::stop_token stop) { heal(stop); });
    return ok();
  }

  std::string notReadyReason() const override {
    return store_.current() ? "" : "no index yet: waiting for a catalogue from knowledge";
  }

  void stop() override {
    follower_->stop();
    if (healer_.joinable()) {
      healer_.request_stop();
      healer_.join();
    }
  }

 private:
  http::Response search(const http::Request& request) {
    const MonotonicTime started = clock_.now();
    const Result<SearchRequest> wanted = parseSearchRequest(request.query());
    if (!wanted) {
      metrics_.invalid.Increment();
      return http::errorResponse(wanted.error());
    }
    const std::shared_ptr<const Index> index = store_.current();
    if (!index) return http::errorResponse(Error(ErrorCode::Unavailable, notReadyReason()));
    const Result<SearchResult> result = engine_.search(*index, *wanted);
    if (!result) {
      askForHealing(*index, result.error());
      return http::errorResponse(
          Error(ErrorCode::Unavailable, "the search index is damaged and being rebuilt"));
    }
    metrics_.duration.Observe(seconds(clock_.now() - started));
    if (result->total == 0) metrics_.zeroResults.Increment();
    if (result->corrected) metrics_.corrected.Increment();
    return http::jsonResponse(renderJson(*result, follower_->stale()));
  }

  Status consume(const catalog::Snapshot& snapshot) {
    const std::shared_ptr<const Index> held = store_.current();
    if (held && held->version() == snapshot.version) return ok();
    return build(snapshot);
  }

  Status build(const catalog::Snapshot& snapshot) {
    const MonotonicTime started = clock_.now();
    if (Status published = store_.publish(snapshot); !published) return published;
    metrics_.builds.Increment();
    metrics_.buildSeconds.Set(seconds(clock_.now() - started));
    inUse();
    log::info("index built", {{"catalogue.version", snapshot.version},
                              {"products", snapshot.products.size()},
                              {"seconds", seconds(clock_.now() - started)}});
    return ok();
  }

  void inUse() {
    metrics_.products.Set(static_cast<double>(store_.current()->columns().size()));
    metrics_.since.Set(seconds(clock_.wallNow().time_since_epoch()));
  }

  void askForHealing(const Index& damaged, const Error& error) {
    metrics_.damaged.Increment();
    {
      std::lock_guard lock(mutex_);
      damaged_ = &damaged;
      if (std::exchange(reported_, damaged.file()) == damaged.file()) return wake_.notify_one();
    }
    log::error("index in use is damaged", error, {{"file.path", damaged.file()}});
    wake_.notify_one();
  }

  // Rebuilds a damaged index from the follower's snapshot, once for all who ran into it.
  void heal(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return damaged_ != nullptr; })) {
      const Index* damaged = std::exchange(damaged_, nullptr);
      lock.unlock();
      const auto snapshot = follower_->current();
      if (snapshot && store_.current().get() == damaged) {
        if (const Status built = build(*snapshot); !built) {
          log::error("damaged index cannot be rebuilt yet", built.error());
        }
      }
      lock.lock();
    }
  }

  const Clock& clock_;
  SearchMetrics metrics_;
  IndexStore store_;
  const Engine engine_;
  std::unique_ptr<http::HttpClient> knowledge_;
  std::unique_ptr<catalog::Follower> follower_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string reported_;            // the file last logged as damaged
  const Index* damaged_ = nullptr;  // compared, never looked into: it may be gone
  std::jthread healer_;
};

}  // namespace

std::unique_ptr<services::Service> makeSearchService(const services::Context& context,
                                                     std::unique_ptr<http::HttpClient> knowledge,
                                                     const SearchServiceOptions& options) {
  return std::make_unique<SearchService>(context, std::move(knowledge), options);
}

}  // namespace shopkeeper::search
