// shopkeeper-operator that is killed by its own hand right after its n-th write to the API server:
// SHOPKEEPER_TEST_EXIT_AFTER_WRITES=n. Leases, token reviews and events do not count: their number
// depends on time.
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>

#include "common/log.h"
#include "common/stop.h"
#include "operator/app.h"

namespace shopkeeper {
namespace {

class DyingClient final : public kube::Client {
 public:
  DyingClient(kube::Client& inner, int writes) : inner_(inner), left_(writes) {}

  Result<kube::Object> get(const kube::Resource& resource, const kube::ObjectKey& key,
                           const kube::Call& call) override {
    return inner_.get(resource, key, call);
  }
  Result<kube::Page> listPage(const kube::Resource& resource, const kube::ListOptions& options,
                              const std::string& token, const kube::Call& call) override {
    return inner_.listPage(resource, options, token, call);
  }
  Result<kube::Object> create(const kube::Resource& resource, const kube::Object& object,
                              const kube::Call& call, const std::string& subresource) override {
    return count(resource, inner_.create(resource, object, call, subresource));
  }
  Result<kube::Object> replace(const kube::Resource& resource, const kube::Object& object,
                               const kube::Call& call, const std::string& subresource) override {
    return count(resource, inner_.replace(resource, object, call, subresource));
  }
  Result<kube::Object> apply(const kube::Resource& resource, const kube::Object& object,
                             const kube::ApplyOptions& options, const kube::Call& call,
                             const std::string& subresource) override {
    return count(resource, inner_.apply(resource, object, options, call, subresource));
  }
  Result<kube::Object> patch(const kube::Resource& resource, const kube::ObjectKey& key,
                             kube::PatchType type, const nlohmann::json& body,
                             const kube::Call& call, const std::string& subresource) override {
    return count(resource, inner_.patch(resource, key, type, body, call, subresource));
  }
  Status remove(const kube::Resource& resource, const kube::ObjectKey& key,
                const kube::DeleteOptions& options, const kube::Call& call) override {
    return count(resource, inner_.remove(resource, key, options, call));
  }
  Status watch(const kube::Resource& resource, const kube::WatchOptions& options,
               const kube::Call& call, const kube::WatchSink& sink) override {
    return inner_.watch(resource, options, call, sink);
  }
  Result<kube::Object> read(const std::string& path, const kube::Call& call) override {
    return inner_.read(path, call);
  }

 private:
  template <class Answer>
  Answer count(const kube::Resource& resource, Answer answer) {
    const bool counts = resource.group != "events.k8s.io" &&
                        resource.group != "coordination.k8s.io" &&
                        resource.group != "authentication.k8s.io";
    if (counts && answer && --left_ == 0) ::_exit(137);  // as by SIGKILL: nothing is tidied up
    return answer;
  }

  kube::Client& inner_;
  std::atomic<int> left_;
};

}  // namespace
}  // namespace shopkeeper

int main(int argc, char** argv) {
  using namespace shopkeeper;
  const auto commandLine = parseCommandLine(argc, argv);
  if (!commandLine.options) {
    std::cerr << commandLine.text;
    return commandLine.exitCode;
  }
  const char* text = std::getenv("SHOPKEEPER_TEST_EXIT_AFTER_WRITES");
  const int writes = text != nullptr ? std::atoi(text) : 0;
  StopOnSignal stop;
  log::init("shopkeeper-operator", commandLine.options->logLevel);
  const auto ran = runOperator(*commandLine.options, stop.token(), [writes](kube::Client& inner) {
    return std::unique_ptr<kube::Client>(std::make_unique<DyingClient>(inner, writes));
  });
  return ran ? 0 : 1;
}
