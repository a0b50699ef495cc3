// A program under measurement.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "common/result.h"

namespace shopkeeper::bench {

// What a process holds now.
struct Holding {
  double residentMiB = 0;   // smaps_rollup: Rss
  double anonymousMiB = 0;  // smaps_rollup: Anonymous
  int descriptors = 0;
  int threads = 0;
};

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
  Holding holding() const;
  // The same by mapped file ("[heap]", "[stack]", "" for others without a file), in MiB.
  std::map<std::string, Holding> holdingByFile() const;
  // Asks it to end (SIGTERM) and waits, at most 60 s.
  void finish();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

}  // namespace shopkeeper::bench
