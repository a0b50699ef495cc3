#include "tests/integration/operator/operator_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace shopkeeper::testing {

OperatorProcess::OperatorProcess(const std::string& program, std::vector<std::string> arguments,
                                 const Environment& environment, std::string logFile)
    : logFile_(std::move(logFile)) {
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::vector<std::string> pairs = {"PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : environment) pairs.push_back(name + "=" + value);
  std::vector<char*> envp;
  for (auto& pair : pairs) envp.push_back(pair.data());
  envp.push_back(nullptr);

  pid_ = ::fork();
  if (pid_ != 0) return;
  const int log = ::open(logFile_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  ::dup2(log, 1);
  ::dup2(log, 2);
  ::execve(program.c_str(), argv.data(), envp.data());
  ::_exit(127);
}

OperatorProcess::~OperatorProcess() {
  if (!running()) return;
  signal(SIGCONT);
  signal(SIGKILL);
  wait();
}

void OperatorProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);  // -1 would be every process of this machine
}

int OperatorProcess::stop() {
  signal(SIGTERM);
  return wait();
}

bool OperatorProcess::running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exitCode_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  return false;
}

int OperatorProcess::wait() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (running()) {
    if (std::chrono::steady_clock::now() > deadline) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return exitCode_;
}

double OperatorProcess::residentMb() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

std::string OperatorProcess::log() const {
  std::ifstream file(logFile_);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

int OperatorProcess::port(const std::string& name) const {
  std::istringstream lines(log());
  for (std::string line; std::getline(lines, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (entry.is_object() && entry.value("message", "") == "listening" &&
        entry.value("port", "") == name) {
      return entry.value("number", 0);
    }
  }
  return 0;
}

}  // namespace shopkeeper::testing
