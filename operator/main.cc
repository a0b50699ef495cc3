#include <malloc.h>

#include <iostream>

#include "common/log.h"
#include "common/stop.h"
#include "operator/app.h"

int main(int argc, char** argv) {
  // Two arenas instead of eight per core: a dozen mostly sleeping threads need no more.
  mallopt(M_ARENA_MAX, 2);
  const auto commandLine = shopkeeper::parseCommandLine(argc, argv);
  if (!commandLine.options) {
    (commandLine.exitCode == 0 ? std::cout : std::cerr) << commandLine.text;
    return commandLine.exitCode;
  }
  shopkeeper::StopOnSignal stop;
  shopkeeper::log::init("shopkeeper-operator", commandLine.options->logLevel);
  const auto ran = shopkeeper::runOperator(*commandLine.options, stop.token());
  if (!ran) {
    shopkeeper::log::error("the operator cannot run", ran.error());
    std::cerr << "shopkeeper-operator: " << ran.error().message() << "\n";
    return 1;
  }
  return 0;
}
