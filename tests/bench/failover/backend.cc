// A service that misbehaves when told to: the same program behind our sidecar and behind a plain
// Kubernetes Service. Takes the flags of a guide's service and ignores what it has no use for.
//
//   GET  /v1/answer?q=X    {"q":"X","pod":"..."} after `--work` milliseconds
//   POST /v1/answer?q=X    the same; not idempotent
//   POST /control/MODE     ok | errors | slow | wrong; a hang is made with SIGSTOP, death with
//   SIGKILL
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/http/router.h"
#include "common/log.h"
#include "common/stop.h"

namespace shopkeeper {
namespace {

enum class Mode { Ok, Errors, Slow, Wrong };

std::string questionOf(const http::Request& request) {
  const auto at = request.target.find("q=");
  if (at == std::string::npos) return "";
  return request.target.substr(at + 2, request.target.find('&', at) - at - 2);
}

class Backend {
 public:
  Backend(std::string pod, std::chrono::milliseconds work) : pod_(std::move(pod)), work_(work) {
    const auto answer = [this](const http::Request& request, const auto&) {
      return this->answer(request);
    };
    router_.get("/v1/answer", answer);
    router_.post("/v1/answer", answer);
    router_.get("/readyz", [](const auto&, const auto&) { return http::jsonResponse("{}"); });
    router_.get("/healthz", [](const auto&, const auto&) { return http::jsonResponse("{}"); });
    router_.post("/control/{mode}",
                 [this](const auto&, const http::PathParams& at) { return control(at); });
  }
  http::Handler handler() const { return router_.handler(); }

 private:
  http::Response answer(const http::Request& request) const {
    const Mode mode = mode_;
    std::this_thread::sleep_for(mode == Mode::Slow ? work_ * 10 : work_);  // it is the work
    if (mode == Mode::Errors)
      return http::errorResponse(Error(ErrorCode::Internal, "told to fail"));
    const std::string question = mode == Mode::Wrong ? "another question" : questionOf(request);
    return http::jsonResponse(nlohmann::json{{"q", question}, {"pod", pod_}}.dump());
  }
  http::Response control(const http::PathParams& at) {
    const std::string& name = at.find("mode")->second;
    if (name == "ok")
      mode_ = Mode::Ok;
    else if (name == "errors")
      mode_ = Mode::Errors;
    else if (name == "slow")
      mode_ = Mode::Slow;
    else if (name == "wrong")
      mode_ = Mode::Wrong;
    else
      return http::errorResponse(Error(ErrorCode::InvalidArgument, "ok, errors, slow or wrong"));
    return http::jsonResponse("{}");
  }

  const std::string pod_;
  const std::chrono::milliseconds work_;
  std::atomic<Mode> mode_{Mode::Ok};
  http::Router router_;
};

}  // namespace
}  // namespace shopkeeper

int main(int argc, char** argv) {
  using namespace shopkeeper;
  std::string listen = "127.0.0.1:9080";
  int work = 5;
  CLI::App app("A backend that misbehaves when told to.", "bench_backend");
  app.add_option("--listen", listen, "ADDRESS:PORT");
  app.add_option("--work", work, "Milliseconds that an answer takes.");
  app.allow_extras();  // --data, --egress and the like of a guide's services
  CLI11_PARSE(app, argc, argv);

  StopOnSignal stop;
  log::init("bench-backend", log::Level::Warn);
  const char* pod = std::getenv("POD_NAME");
  Backend backend(pod != nullptr ? pod : "", std::chrono::milliseconds(work));
  http::ServerOptions options;
  options.address = listen.substr(0, listen.rfind(':'));
  options.port =
      static_cast<std::uint16_t>(std::atoi(listen.substr(listen.rfind(':') + 1).c_str()));
  options.workers = 64;
  auto server = http::Server::start(options, backend.handler());
  if (!server) {
    std::fprintf(stderr, "bench_backend: %s\n", server.error().message().c_str());
    return 1;
  }
  stop.wait();
  (*server)->stop(std::chrono::seconds(2));
  return 0;
}
