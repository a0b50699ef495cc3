// The fallback chain: live answer, else the last good one for the same request (stale), else what
// the local copy of the catalogue can say (stale and degraded), else an error in one sentence.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/http/message.h"
#include "services/ui/domain/fallback_cache.h"
#include "services/ui/domain/local_search.h"
#include "services/ui/domain/search_query.h"
#include "services/ui/server/upstream.h"

namespace shopkeeper::ui {

struct ChatMessage {
  std::string session, message, lang, product;
};

// Thread-safe. The upstreams must outlive it.
class Guide {
 public:
  Guide(Upstream& search, Upstream& recommendation, Upstream& knowledge, Upstream& dialogue,
        Metrics& metrics);

  // The local copy; null until there is one. Set by the catalogue follower.
  void useCatalog(std::shared_ptr<const LocalCatalog> catalog);
  std::shared_ptr<const LocalCatalog> catalog() const;

  Result<nlohmann::json> search(const SearchQuery& query);
  Result<nlohmann::json> product(const std::string& id);
  // Items carry the product's card ("product") besides what the service says.
  Result<nlohmann::json> recommendations(const std::string& product, const std::string& user,
                                         int limit);
  Result<nlohmann::json> chat(const ChatMessage& message);

 private:
  // Runs live, keeps a 200's body under `key`, falls back on the kept one. An upstream's 4xx is an
  // answer, not a failure: it is returned as an error and nothing stands in for it.
  Result<nlohmann::json> liveOrKept(const std::string& key, const char* what,
                                    const std::function<Result<http::Response>()>& live);
  void addCards(nlohmann::json& items, const LocalCatalog* catalog) const;

  Upstream& search_;
  Upstream& recommendation_;
  Upstream& knowledge_;
  Upstream& dialogue_;
  Metrics& metrics_;
  FallbackCache kept_;
  mutable std::mutex mutex_;
  std::shared_ptr<const LocalCatalog> catalog_;
};

}  // namespace shopkeeper::ui
