#include "services/dialogue/embedded.h"
#include "services/dialogue/service.h"

int main(int argc, char** argv) {
  using namespace shopkeeper;
  services::Program program;
  program.name = "guide-dialogue";
  program.description = "Answers questions about the shop and its products in natural language.";
  program.example =
      "example:\n  guide-dialogue --listen 127.0.0.1:9080 --egress http://127.0.0.1:9000 "
      "--data /var/lib/shopkeeper\n  curl -s http://127.0.0.1:9080/v1/chat "
      "-d '{\"session\":\"s1\",\"message\":\"How long does delivery take?\"}'";
  program.openApi = std::string(dialogue::embedded::openapi_json);
  program.maxBodyBytes = 64u << 10;
  program.make = [](const services::Context& context) {
    return dialogue::makeService(context,
                                 {context.upstream("knowledge"), context.upstream("search")});
  };
  return services::runProgram(argc, argv, program);
}
