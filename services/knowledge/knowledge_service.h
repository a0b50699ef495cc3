// The knowledge service as services/runtime runs it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/knowledge/download.h"
#include "services/runtime/service.h"

namespace shopkeeper::knowledge {

struct KnowledgeFlags {
  std::vector<std::string> catalogs;
  std::string refresh;  // cron, empty: none
  std::string map;      // JSON, empty: none
  std::int64_t keepEvents = 2'000'000;
  std::int64_t keepSessions = 100'000;
};

// InvalidArgument for flags that cannot be; other errors where the store cannot be opened.
Result<std::unique_ptr<services::Service>> makeKnowledgeService(const services::Context& context,
                                                                const KnowledgeFlags& flags,
                                                                ClientFactory clients);

}  // namespace shopkeeper::knowledge
