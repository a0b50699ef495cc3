// guide-search: full-text search over the catalogue.
#include "services/search/embedded.h"
#include "services/search/service.h"

int main(int argc, char** argv) {
  using namespace shopkeeper;
  services::Program program;
  program.name = "guide-search";
  program.description = "Full-text search over the catalogue, in English and Chinese.";
  program.example =
      "example:\n"
      "  guide-search --egress http://127.0.0.1:9000 --data /var/lib/shopkeeper\n"
      "  curl 'http://127.0.0.1:9080/v1/search?q=wireless+mouse&brand=Tavrin'";
  program.openApi = std::string(search::embedded::openapi_json);
  program.make =
      [](const services::Context& context) -> Result<std::unique_ptr<services::Service>> {
    return search::makeSearchService(context, context.upstream("knowledge"), {});
  };
  return services::runProgram(argc, argv, program);
}
