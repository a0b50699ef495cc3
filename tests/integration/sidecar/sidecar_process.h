// The real program, for what only a process can show: signals, exit codes, memory.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace shopkeeper::sidecar {

class Backend;

inline constexpr const char* kNoOperator =
    "{address: \"127.0.0.1:1\", caFile: /nonexistent/ca, tokenFile: /nonexistent/token}";
// A configuration with free ports and the drain token "secret". `more`: further lines.
std::string yamlFor(const Backend& service, const std::string& more = "",
                    const std::string& control = kNoOperator,
                    const std::string& probe = "{intervalMs: 50}");

class SidecarProcess {
 public:
  // Writes `yaml` to a temporary directory and starts the program on it; {state} in it becomes
  // that directory.
  explicit SidecarProcess(std::string yaml);
  ~SidecarProcess();  // kills what still runs
  SidecarProcess(const SidecarProcess&) = delete;
  SidecarProcess& operator=(const SidecarProcess&) = delete;

  // The port named in the "serving" log line ("ingress.port"); 0 where it never came.
  std::uint16_t port(const std::string& field);
  void signal(int number);
  // The exit code; -1 where it did not end within 30 s, -2 where a signal ended it.
  int wait();
  std::uint64_t residentKiB() const;
  std::string log() const;

 private:
  std::string directory_;
  pid_t pid_ = -1;
};

}  // namespace shopkeeper::sidecar
