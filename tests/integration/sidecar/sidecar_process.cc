#include "tests/integration/sidecar/sidecar_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/integration/sidecar/proxy_fixture.h"

namespace shopkeeper::sidecar {

std::string yamlFor(const Backend& service, const std::string& more, const std::string& control,
                    const std::string& probe) {
  return "guide: demo\nnamespace: shop\ncomponent: search\n"
         "ingress: {listen: \"127.0.0.1:0\", service: \"" +
         service.address() +
         "\"}\n"
         "egress: {listen: \"127.0.0.1:0\"}\n"
         "admin: {listen: \"127.0.0.1:0\", drainToken: secret}\n"
         "control: " +
         control + "\nprobe: " + probe + "\nstateDir: {state}\n" + more;
}

SidecarProcess::SidecarProcess(std::string yaml) {
  char name[] = "/tmp/sidecar-XXXXXX";
  directory_ = ::mkdtemp(name);
  for (auto at = yaml.find("{state}"); at != std::string::npos; at = yaml.find("{state}")) {
    yaml.replace(at, 7, directory_);
  }
  const std::string config = directory_ + "/sidecar.yaml";
  std::ofstream(config) << yaml;
  pid_ = ::fork();
  if (pid_ == 0) {
    const int out = ::open((directory_ + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execl(SIDECAR_BINARY, SIDECAR_BINARY, "--config", config.c_str(), nullptr);
    ::_exit(127);
  }
}

SidecarProcess::~SidecarProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::filesystem::remove_all(directory_);
}

std::string SidecarProcess::log() const {
  std::stringstream text;
  text << std::ifstream(directory_ + "/log").rdbuf();
  return text.str();
}

std::uint16_t SidecarProcess::port(const std::string& field) {
  const std::string key = "\"" + field + "\":";
  std::size_t at = std::string::npos;
  std::string text;
  eventually([&] {
    text = log();
    at = text.find(key);
    return at != std::string::npos && text.find('\n', at) != std::string::npos;
  });
  if (at == std::string::npos) return 0;
  return static_cast<std::uint16_t>(std::stoi(text.substr(at + key.size())));
}

void SidecarProcess::signal(int number) { ::kill(pid_, number); }

int SidecarProcess::wait() {
  int status = 0;
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > limit) return -1;
    ::usleep(5'000);
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

std::uint64_t SidecarProcess::residentKiB() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6));
  }
  return 0;
}

}  // namespace shopkeeper::sidecar
