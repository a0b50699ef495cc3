// The dialogue service: follows the catalogue, keeps sessions, answers POST /v1/chat.
#pragma once

#include <memory>

#include "services/runtime/service.h"

namespace shopkeeper::dialogue {

struct ServiceParts {
  std::unique_ptr<http::HttpClient> knowledge;
  std::unique_ptr<http::HttpClient> search;
};

// `context` must outlive the service. Internal where the embedded word lists cannot be read.
Result<std::unique_ptr<services::Service>> makeService(const services::Context& context,
                                                       ServiceParts parts);

}  // namespace shopkeeper::dialogue
