// The operator as a real process.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace shopkeeper::testing {

class OperatorProcess {
 public:
  using Environment = std::map<std::string, std::string>;

  OperatorProcess(const std::string& program, std::vector<std::string> arguments,
                  const Environment& environment, std::string logFile);
  ~OperatorProcess();  // SIGKILL where it still runs
  OperatorProcess(const OperatorProcess&) = delete;
  OperatorProcess& operator=(const OperatorProcess&) = delete;

  // SIGTERM, then waits; the exit code, or 128 + signal.
  int stop();
  void signal(int number);
  // Waits until it ends by itself; -1 where it does not within a minute.
  int wait();
  bool running();

  double residentMb() const;
  std::string log() const;
  bool logHas(const std::string& text) const { return log().find(text) != std::string::npos; }
  // The number in {"message":"listening","port":<name>,...,"number":N}; 0 until it listens.
  int port(const std::string& name) const;

 private:
  pid_t pid_ = -1;
  int exitCode_ = -1;
  std::string logFile_;
};

}  // namespace shopkeeper::testing
