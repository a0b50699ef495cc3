#include "services/knowledge/knowledge_service.h"

#include "services/knowledge/api.h"
#include "services/knowledge/declared.h"
#include "services/knowledge/import.h"
#include "services/knowledge/store.h"

namespace shopkeeper::knowledge {
namespace {

class KnowledgeService final : public services::Service {
 public:
  KnowledgeService(const services::Context& context, std::unique_ptr<Store> store)
      : store_(std::move(store)),
        importer_(*store_, context.dataDir, context.metrics),
        api_(*store_, importer_, context.clock) {}

  Status declare(DeclaredOptions options, ClientFactory clients, const Clock& clock) {
    auto declared =
        Declared::create(std::move(options), *store_, importer_, std::move(clients), clock);
    if (!declared) return declared.error();
    declared_ = std::move(*declared);
    return ok();
  }

  void routes(http::Router& router) override { api_.addRoutes(router); }

  Status start() override {
    declared_->start();
    return ok();
  }

  std::string notReadyReason() const override {
    const std::string damage = store_->damage();
    return damage.empty() ? declared_->notLoadedReason() : damage;
  }

  void stop() override { declared_->stop(); }

 private:
  const std::unique_ptr<Store> store_;
  Importer importer_;
  Api api_;
  std::unique_ptr<Declared> declared_;
};

Result<DeclaredOptions> declaredOptions(const services::Context& context,
                                        const KnowledgeFlags& flags) {
  DeclaredOptions options;
  options.sources = flags.catalogs;
  options.directory = context.dataDir;
  if (!flags.refresh.empty()) {
    auto cron = Cron::parse(flags.refresh);
    if (!cron) return cron.error().within("--catalog-refresh");
    options.refresh = *cron;
  }
  if (!flags.map.empty()) {
    auto map = catalog::FieldMap::parse(flags.map);
    if (!map) return map.error().within("--catalog-map");
    options.map = std::move(*map);
    options.mapText = flags.map;
  }
  for (const std::string& source : flags.catalogs) {
    if (source.empty()) {
      return Error(ErrorCode::InvalidArgument, "--catalog must name a file, a directory or a URL");
    }
    if (source.find("://") == std::string::npos) continue;
    if (const auto parts = splitUrl(source); !parts) return parts.error().within("--catalog");
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<services::Service>> makeKnowledgeService(const services::Context& context,
                                                                const KnowledgeFlags& flags,
                                                                ClientFactory clients) {
  auto declared = declaredOptions(context, flags);
  if (!declared) return declared.error();
  if (flags.keepEvents < 1 || flags.keepSessions < 1) {
    return Error(ErrorCode::InvalidArgument,
                 "--keep-events and --keep-sessions must be at least 1");
  }
  StoreOptions options;
  options.directory = context.dataDir;
  options.keepEvents = flags.keepEvents;
  options.keepSessions = flags.keepSessions;
  auto store = Store::open(options, context.clock, context.metrics);
  if (!store) return store.error();
  auto service = std::make_unique<KnowledgeService>(context, std::move(*store));
  const Status done = service->declare(std::move(*declared), std::move(clients), context.clock);
  if (!done) return done.error();
  return std::unique_ptr<services::Service>(std::move(service));
}

}  // namespace shopkeeper::knowledge
