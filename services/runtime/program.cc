#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "common/log.h"
#include "common/stop.h"
#include "services/runtime/frame.h"
#include "services/runtime/service.h"

namespace shopkeeper::services {
namespace {

// After the sidecar has drained, only stragglers are left (docs/architecture.md).
constexpr std::chrono::milliseconds kDrain{10'000};

struct Flags {
  std::string listen = "127.0.0.1:9080";
  std::string egress = "http://127.0.0.1:9000";
  std::string data = "/var/lib/shopkeeper";
  std::string logLevel = "info";
};

// "--log-level" is also GUIDE_LOG_LEVEL.
void nameEnvironment(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty() || !option->get_envname().empty()) continue;
    const std::string& flag = option->get_lnames().front();
    if (flag == "help") continue;
    std::string variable = "GUIDE_";
    for (const char c : flag) {
      variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    option->envname(variable);
  }
}

int complain(const Program& program, int code, const std::string& sentence) {
  std::fprintf(stderr, "%s: %s\n", program.name.c_str(), sentence.c_str());
  return code;
}

int serve(const Program& program, const Flags& flags, const ListenAddress& listen) {
  StopOnSignal stop;
  Metrics metrics;
  const Context context{flags.data, flags.egress, systemClock(), metrics};
  auto service = program.make(context);
  if (!service) {
    log::error("service cannot be set up", service.error());
    return complain(program, service.error().code() == ErrorCode::InvalidArgument ? 2 : 1,
                    service.error().message());
  }
  http::Router router(&metrics);
  addCommonRoutes(router, **service, metrics, program.openApi);
  (*service)->routes(router);
  if (const Status started = (*service)->start(); !started) {
    log::error("service cannot start", started.error());
    return complain(program, 1, started.error().message());
  }

  http::ServerOptions options;
  options.address = listen.host;
  options.port = listen.port;
  options.workers = program.workers;
  options.maxBodyBytes = program.maxBodyBytes;
  int code = 0;
  const auto handle = [&router, &program](const http::Request& request) {
    const RequestContext carried(request, program.caller, systemClock());
    return router.handle(request);
  };
  if (auto server = http::Server::start(options, handle); server) {
    log::info("serving", {{"server.address", listen.host}, {"server.port", (*server)->port()}});
    stop.wait();
    log::info("stopping");
    (*server)->stop(kDrain);
    server->reset();  // joins the handlers before the service ends its background work
  } else {
    log::error("cannot serve", server.error());
    code = complain(program, 1, server.error().message());
  }
  (*service)->stop();
  log::info("stopped");
  return code;
}

}  // namespace

int runProgram(int argc, char** argv, const Program& program) {
  // Many worker threads with an arena each cost more memory than they save time.
  mallopt(M_ARENA_MAX, 2);
  Flags flags;
  CLI::App app(program.description, program.name);
  app.footer(program.example);
  app.set_help_flag("-h,--help", "Shows this help.");
  app.add_option("--listen", flags.listen, "ADDRESS:PORT to serve on.")->capture_default_str();
  app.add_option("--egress", flags.egress, "Base URL of the sidecar's egress.")
      ->capture_default_str();
  app.add_option("--data", flags.data, "Directory for the service's own files.")
      ->capture_default_str();
  app.add_option("--log-level", flags.logLevel, "debug, info, warn or error.")
      ->capture_default_str();
  if (program.flags) program.flags(app);
  nameEnvironment(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  } catch (const CLI::Error& wrong) {
    return complain(program, 2, std::string(wrong.what()) + "; --help shows the flags");
  }

  const auto listen = parseListen(flags.listen);
  if (!listen) return complain(program, 2, "--listen: " + listen.error().message());
  if (const Status egress = checkBaseUrl(flags.egress); !egress) {
    return complain(program, 2, "--egress: " + egress.error().message());
  }
  const auto level = log::parseLevel(flags.logLevel);
  if (!level) return complain(program, 2, "--log-level: " + level.error().message());
  if (flags.data.empty()) return complain(program, 2, "--data must name a directory");
  log::init(program.name, *level);
  return serve(program, flags, *listen);
}

}  // namespace shopkeeper::services
