// guide-recommendation: what goes with a product, and what suits a user.
#include "services/recommendation/embedded.h"
#include "services/recommendation/service.h"

int main(int argc, char** argv) {
  using namespace shopkeeper;
  services::Program program;
  program.name = "guide-recommendation";
  program.description = "Recommendations learned from what shoppers view and buy.";
  program.example =
      "example:\n"
      "  guide-recommendation --egress http://127.0.0.1:9000 --data /var/lib/shopkeeper\n"
      "  curl 'http://127.0.0.1:9080/v1/recommendations?product=lap-0001&limit=4'";
  program.openApi = std::string(recommendation::embedded::openapi_json);
  program.make =
      [](const services::Context& context) -> Result<std::unique_ptr<services::Service>> {
    return recommendation::makeRecommendationService(context, context.upstream("knowledge"), {});
  };
  return services::runProgram(argc, argv, program);
}
