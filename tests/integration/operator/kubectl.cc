#include "tests/integration/operator/kubectl.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace shopkeeper::testing {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

CommandResult run(const std::string& command) {
  CommandResult result;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  std::size_t got = 0;
  while ((got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0) result.output.append(buffer, got);
  const int status = ::pclose(pipe);
  result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

std::string sourceDirectory() {
  const char* root = std::getenv("SHOPKEEPER_SOURCE_DIR");
  return root != nullptr ? root : ".";
}

const std::string& program() {
  static const std::string path = [] {
    auto found =
        run(quoted(sourceDirectory() + "/tests/cluster/cluster") + " binaries 2>/dev/null");
    auto directory = found.output.substr(0, found.output.find_last_not_of('\n') + 1);
    directory = directory.substr(directory.find_last_of('\n') + 1);
    return directory + "/kubectl";
  }();
  return path;
}

}  // namespace

CommandResult kubectl(const std::string& kubeconfig, const std::vector<std::string>& arguments,
                      const std::string& input) {
  std::string command;
  std::string file;
  if (!input.empty()) {
    char name[] = "/tmp/shopkeeper-kubectl-XXXXXX";
    const int descriptor = ::mkstemp(name);
    file = name;
    std::ofstream(file) << input;
    ::close(descriptor);
    command = "cat " + quoted(file) + " | ";
  }
  command += quoted(program()) + " --kubeconfig=" + quoted(kubeconfig);
  for (const auto& argument : arguments) command += " " + quoted(argument);
  auto result = run(command);
  if (!file.empty()) ::unlink(file.c_str());
  return result;
}

std::string readSource(const std::string& path) {
  std::ifstream file(sourceDirectory() + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace shopkeeper::testing
