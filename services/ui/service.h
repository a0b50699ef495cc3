// The ui service: serves the page and /api over the other four services.
#pragma once

#include <memory>

#include "common/random.h"
#include "services/runtime/service.h"

namespace shopkeeper::ui {

struct ServiceParts {
  std::unique_ptr<http::HttpClient> search, recommendation, knowledge, dialogue;
};

// `context` and `random` must outlive the service.
std::unique_ptr<services::Service> makeService(const services::Context& context, Random& random,
                                               ServiceParts parts);

}  // namespace shopkeeper::ui
