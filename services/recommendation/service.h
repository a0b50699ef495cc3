// The recommendation service: GET /v1/recommendations.
#pragma once

#include <chrono>
#include <memory>

#include "services/recommendation/trainer.h"
#include "services/recommendation/window.h"
#include "services/runtime/service.h"

namespace shopkeeper::recommendation {

struct RecommendationServiceOptions {
  std::chrono::milliseconds followInterval{2'000};
  std::chrono::milliseconds eventInterval{5'000};
  WindowLimits limits;
  TrainingOptions training;
};

// `context` must outlive the service; `knowledge` is the client to follow.
std::unique_ptr<services::Service> makeRecommendationService(
    const services::Context& context, std::unique_ptr<http::HttpClient> knowledge,
    const RecommendationServiceOptions& options);

}  // namespace shopkeeper::recommendation
