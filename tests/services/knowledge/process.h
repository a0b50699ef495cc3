// guide-knowledge as a process of its own that tests may kill.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/services/eventually.h"

namespace shopkeeper::knowledge::testing {

class Process {
 public:
  // Starts `program`; its output goes to `log`.
  Process(const std::string& program, std::vector<std::string> arguments, std::string log)
      : log_(std::move(log)) {
    ::unlink(log_.c_str());
    arguments.insert(arguments.begin(), program);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      const int fd = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(fd, 1);
      ::dup2(fd, 2);
      ::execv(program.c_str(), argv.data());
      ::_exit(127);
    }
  }
  ~Process() { stop(SIGKILL); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The port it serves on; 0 where it ended instead.
  int port() {
    const std::string mark = "\"server.port\":";
    int port = 0;
    shopkeeper::testing::eventually([&] {
      const std::string text = output();
      const auto at = text.find(mark);
      if (at != std::string::npos && text.find('}', at) != std::string::npos) {
        port = std::stoi(text.substr(at + mark.size()));
      }
      return port != 0 || ended();
    });
    return port;
  }

  bool ended() {
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
    return pid_ <= 0;
  }
  // Sends the signal and waits; the exit code, or minus the signal that ended it.
  int stop(int signal) {
    if (pid_ > 0) {
      ::kill(pid_, signal);
      ::waitpid(pid_, &status_, 0);
      pid_ = -1;
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  }
  int wait() {
    shopkeeper::testing::eventually([&] { return ended(); });
    return ended() && WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
  }

  std::string output() const {
    std::ifstream in(log_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string log_;
  pid_t pid_ = -1;
  int status_ = 0;
};

}  // namespace shopkeeper::knowledge::testing
