// A program under measurement.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/result.h"

namespace shopkeeper::bench {

// Killed by the destructor, and by the kernel should the bench itself be killed.
class Child {
 public:
  // Output goes to `log`.
  static Result<Child> start(const std::vector<std::string>& command, const std::string& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  bool running() const;
  // User and system time of all its threads so far: utime + stime of /proc/PID/stat without its
  // rounding to 10 ms (clock_getcpuclockid).
  std::chrono::nanoseconds cpu() const;
  // Resident, from smaps_rollup.
  double residentMiB() const;
  // Asks it to end (SIGTERM) and waits, at most 60 s.
  void finish();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

}  // namespace shopkeeper::bench
