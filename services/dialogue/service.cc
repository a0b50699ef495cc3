#include "services/dialogue/service.h"

#include <mutex>

#include "common/log.h"
#include "services/catalog/follower.h"
#include "services/dialogue/api/chat.h"
#include "services/dialogue/api/search_finder.h"
#include "services/dialogue/domain/engine.h"
#include "services/dialogue/store/sessions.h"
#include "services/dialogue/store/turn_log.h"
#include "services/lexicon/lexicon.h"

namespace shopkeeper::dialogue {
namespace {

// A conversation begun on another replica is read back within this, or goes on without.
constexpr std::chrono::milliseconds kRecallTimeout{300};

class DialogueService final : public services::Service {
 public:
  DialogueService(const services::Context& context, ServiceParts parts,
                  std::shared_ptr<const Lists> lists)
      : parts_(std::move(parts)),
        lists_(std::move(lists)),
        finder_(*parts_.search),
        sessions_(context.clock),
        turns_(*parts_.knowledge, context.clock, context.metrics),
        metrics_(context.metrics) {
    catalog::FollowerOptions options;
    options.dataDir = context.dataDir;
    follower_ = catalog::Follower::create(
        options, *parts_.knowledge, context.clock, context.metrics,
        [this](std::shared_ptr<const catalog::Snapshot> snapshot) { return load(snapshot); });
  }

  void routes(http::Router& router) override {
    router.post("/v1/chat", [this](const http::Request& request, const http::PathParams&) {
      return chat(request);
    });
  }

  Status start() override {
    turns_.start();
    follower_->start();
    return ok();
  }

  std::string notReadyReason() const override {
    return model() == nullptr ? "no copy of the catalogue yet" : "";
  }

  void stop() override {
    follower_->stop();
    turns_.stop();
  }

 private:
  std::shared_ptr<const Model> model() const {
    std::lock_guard lock(mutex_);
    return model_;
  }

  Status load(std::shared_ptr<const catalog::Snapshot> snapshot) {
    const std::string version = snapshot->version;
    auto model = std::make_shared<const Model>(std::move(snapshot), lists_);
    log::info("dialogue model built", {{"catalogue.version", version},
                                       {"products", model->snapshot().products.size()},
                                       {"answers", model->snapshot().answers.size()}});
    std::lock_guard lock(mutex_);
    model_ = std::move(model);
    return ok();
  }

  Context recall(const Model& model, const std::string& session) {
    Context context = sessions_.get(session);
    // Knowledge holds what all replicas said; memory adds what turns cannot show.
    if (const auto turns = turns_.read(session, kRecallTimeout); turns && !turns->empty()) {
      Context told = contextOf(model, *turns);
      if (told.product.empty() && told.products.empty()) return context;
      told.query = context.query;
      told.range = context.range;
      return told;
    }
    return context;
  }

  http::Response chat(const http::Request& request) {
    auto parsed = parseChat(request.body);
    if (!parsed) return http::errorResponse(parsed.error());
    const auto current = model();
    if (current == nullptr) {
      return http::errorResponse(
          Error(ErrorCode::Unavailable, "the dialogue has no copy of the catalogue yet"));
    }
    Context context = parsed->session.empty() ? Context{} : recall(*current, parsed->session);
    Reply reply = answer(*current, finder_, parsed->question, context);
    reply.stale = reply.stale || follower_->stale();
    if (!parsed->session.empty()) {
      sessions_.put(parsed->session, std::move(context));
      turns_.append(parsed->session, parsed->question.message, reply.text);
    }
    metrics_
        .counter("dialogue_replies_total", "Replies by whether the answer was known.",
                 {{"known", reply.known ? "true" : "false"}})
        .Increment();
    return http::jsonResponse(toJson(reply));
  }

  ServiceParts parts_;
  std::shared_ptr<const Lists> lists_;
  SearchFinder finder_;
  Sessions sessions_;
  TurnLog turns_;
  Metrics& metrics_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Model> model_;
  std::unique_ptr<catalog::Follower> follower_;  // last: its thread uses all the others
};

}  // namespace

Result<std::unique_ptr<services::Service>> makeService(const services::Context& context,
                                                       ServiceParts parts) {
  auto lexicon = Lexicon::parse(lexicon::attributesJson());
  if (!lexicon) return lexicon.error();
  auto concepts = Concepts::parse(lexicon::conceptsJson());
  if (!concepts) return concepts.error();
  auto lists = std::make_shared<const Lists>(Lists{std::move(*lexicon), std::move(*concepts)});
  return std::unique_ptr<services::Service>(
      std::make_unique<DialogueService>(context, std::move(parts), std::move(lists)));
}

}  // namespace shopkeeper::dialogue
