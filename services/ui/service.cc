#include "services/ui/service.h"

#include "common/log.h"
#include "services/catalog/follower.h"
#include "services/lexicon/lexicon.h"
#include "services/ui/api/handlers.h"
#include "services/ui/embedded.h"

namespace shopkeeper::ui {
namespace {

using std::chrono::milliseconds;

// The page's files, and the names of attributes that it shares with the dialogue.
std::vector<EmbeddedFile> pageFiles() {
  std::vector<EmbeddedFile> files;
  for (const EmbeddedFile& file : embedded::files()) {
    if (file.path.starts_with("page/") && !file.path.ends_with(".html")) files.push_back(file);
  }
  files.push_back({"attributes.json", lexicon::attributesJson()});
  return files;
}

class UiService final : public services::Service {
 public:
  UiService(const services::Context& context, Random& random, ServiceParts parts)
      : search_("search", std::move(parts.search), milliseconds(2'000), context.clock,
                context.metrics),
        recommendation_("recommendation", std::move(parts.recommendation), milliseconds(1'500),
                        context.clock, context.metrics),
        knowledge_("knowledge", std::move(parts.knowledge), milliseconds(2'000), context.clock,
                   context.metrics),
        dialogue_("dialogue", std::move(parts.dialogue), milliseconds(5'000), context.clock,
                  context.metrics),
        guide_(search_, recommendation_, knowledge_, dialogue_, context.metrics),
        events_(knowledge_, context.metrics),
        assets_(pageFiles()),
        handlers_{guide_,
                  events_,
                  assets_,
                  embedded::page_index_html,
                  {&search_, &recommendation_, &knowledge_, &dialogue_},
                  [this] { return follower_->stale(); },
                  context.clock,
                  random} {
    catalog::FollowerOptions options;
    options.dataDir = context.dataDir;
    options.answers = false;
    follower_ = catalog::Follower::create(
        options, knowledge_.client(), context.clock, context.metrics,
        [this](std::shared_ptr<const catalog::Snapshot> snapshot) {
          guide_.useCatalog(std::make_shared<const LocalCatalog>(std::move(snapshot)));
          return ok();
        });
  }

  void routes(http::Router& router) override { handlers_.addTo(router); }

  Status start() override {
    follower_->start();
    events_.start();
    return ok();
  }

  // A page that says what is missing is better than no page.
  std::string notReadyReason() const override { return ""; }

  void stop() override {
    follower_->stop();
    events_.stop();
  }

 private:
  Upstream search_, recommendation_, knowledge_, dialogue_;
  Guide guide_;
  EventQueue events_;
  Assets assets_;
  Handlers handlers_;
  std::unique_ptr<catalog::Follower> follower_;  // last: its thread uses the others
};

}  // namespace

std::unique_ptr<services::Service> makeService(const services::Context& context, Random& random,
                                               ServiceParts parts) {
  return std::make_unique<UiService>(context, random, std::move(parts));
}

}  // namespace shopkeeper::ui
