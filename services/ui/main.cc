#include "services/ui/embedded.h"
#include "services/ui/service.h"

int main(int argc, char** argv) {
  using namespace shopkeeper;
  services::Program program;
  program.name = "guide-ui";
  program.description = "Serves the shopping guide's web page and its API.";
  program.example =
      "example:\n  guide-ui --listen 127.0.0.1:9080 --egress http://127.0.0.1:9000 "
      "--data /var/lib/shopkeeper\n  then open http://127.0.0.1:9080/ in a browser";
  program.openApi = std::string(ui::embedded::openapi_json);
  program.workers = 16;  // most of their time is spent waiting for upstreams
  program.caller = services::Caller::Browser;
  program.maxBodyBytes = 64u << 10;
  program.make =
      [](const services::Context& context) -> Result<std::unique_ptr<services::Service>> {
    return ui::makeService(context, systemRandom(),
                           {context.upstream("search"), context.upstream("recommendation"),
                            context.upstream("knowledge"), context.upstream("dialogue")});
  };
  return services::runProgram(argc, argv, program);
}
