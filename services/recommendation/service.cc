#include "services/recommendation/service.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "services/catalog/follower.h"
#include "services/recommendation/learner.h"
#include "services/recommendation/recommender.h"

namespace shopkeeper::recommendation {
namespace {

using nlohmann::json;

constexpr unsigned kMostWanted = 50;
constexpr std::size_t kLongestId = 200;  // bytes, as the catalogue allows

Status readId(const http::Request& request, const char* name, std::string& out) {
  out = request.param(name).value_or("");
  if (out.size() <= kLongestId) return ok();
  return Error(ErrorCode::InvalidArgument, std::string("parameter ") + name + ": at most " +
                                               std::to_string(kLongestId) + " bytes are allowed");
}

Result<Wanted> parseWanted(const http::Request& request) {
  Wanted wanted;
  if (const Status status = readId(request, "product", wanted.product); !status) {
    return status.error();
  }
  if (const Status status = readId(request, "user", wanted.user); !status) return status.error();
  const std::string limit = request.param("limit").value_or("");
  if (limit.empty()) return wanted;
  const char* end = limit.data() + limit.size();
  const auto [stop, problem] = std::from_chars(limit.data(), end, wanted.limit);
  if (problem != std::errc() || stop != end || wanted.limit < 1 || wanted.limit > kMostWanted) {
    return Error(ErrorCode::InvalidArgument, "parameter limit: expected a whole number from 1 to " +
                                                 std::to_string(kMostWanted));
  }
  return wanted;
}

class RecommendationService final : public services::Service {
 public:
  RecommendationService(const services::Context& context,
                        std::unique_ptr<http::HttpClient> knowledge,
                        const RecommendationServiceOptions& options)
      : clock_(context.clock),
        duration_(context.metrics.histogram("recommendation_duration_seconds",
                                            "Time to answer a request.", latencyBuckets())),
        metrics_(context.metrics),
        knowledge_(std::move(knowledge)),
        learner_(learnerOptions(context, options), *knowledge_, context.clock, context.metrics) {
    catalog::FollowerOptions follow;
    follow.dataDir = context.dataDir;
    follow.interval = options.followInterval;
    follow.answers = false;
    follower_ = catalog::Follower::create(follow, *knowledge_, context.clock, context.metrics,
                                          [this](std::shared_ptr<const catalog::Snapshot> s) {
                                            learner_.setCatalogue(std::move(s));
                                            return ok();
                                          });
  }

  ~RecommendationService() override { stop(); }

  void routes(http::Router& router) override {
    router.get("/v1/recommendations", [this](const http::Request& request,
                                             const http::PathParams&) { return answer(request); });
  }

  Status start() override {
    learner_.start();
    follower_->start();
    return ok();
  }

  std::string notReadyReason() const override {
    return learner_.model() ? "" : "no model yet: waiting for a catalogue from knowledge";
  }

  void stop() override {
    follower_->stop();
    learner_.stop();
  }

 private:
  static LearnerOptions learnerOptions(const services::Context& context,
                                       const RecommendationServiceOptions& options) {
    LearnerOptions out;
    out.file = (std::filesystem::path(context.dataDir) / "recommendation" / "events").string();
    out.interval = options.eventInterval;
    out.limits = options.limits;
    out.training = options.training;
    return out;
  }

  http::Response answer(const http::Request& request) {
    const MonotonicTime started = clock_.now();
    const Result<Wanted> wanted = parseWanted(request);
    if (!wanted) return http::errorResponse(wanted.error());
    const std::shared_ptr<const Model> model = learner_.model();
    if (!model) return http::errorResponse(Error(ErrorCode::Unavailable, notReadyReason()));
    const std::vector<Recommendation> picked = recommend(*model, *wanted);
    json items = json::array();
    for (const Recommendation& r : picked) {
      items.push_back({{"id", r.id},
                       {"score", std::round(r.score * 1e4) / 1e4},
                       {"reason", toString(r.reason)}});
    }
    if (!picked.empty()) count(picked.front().reason);
    duration_.Observe(std::chrono::duration<double>(clock_.now() - started).count());
    const json body{{"items", std::move(items)},
                    {"version", model->catalogue->version},
                    {"stale", follower_->stale()}};
    return http::jsonResponse(body.dump(-1, ' ', false, json::error_handler_t::replace));
  }

  void count(Reason best) {
    metrics_
        .counter("recommendation_answers_total", "Answers by the reason of their first item.",
                 {{"reason", std::string(toString(best))}})
        .Increment();
  }

  const Clock& clock_;
  prometheus::Histogram& duration_;
  Metrics& metrics_;
  std::unique_ptr<http::HttpClient> knowledge_;
  Learner learner_;
  std::unique_ptr<catalog::Follower> follower_;
};

}  // namespace

std::unique_ptr<services::Service> makeRecommendationService(
    const services::Context& context, std::unique_ptr<http::HttpClient> knowledge,
    const RecommendationServiceOptions& options) {
  return std::make_unique<RecommendationService>(context, std::move(knowledge), options);
}

}  // namespace shopkeeper::recommendation
