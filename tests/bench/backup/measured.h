// Runs a program and measures it.
#pragma once

#include <string>
#include <vector>

namespace shopkeeper::bench {

struct Measured {
  bool done = false;   // it ended with 0
  double cpu = 0;      // seconds, user and system, with all of its children
  double wall = 0;     // seconds
  double peakMiB = 0;  // resident
};

// Its output goes to the file `log`.
Measured measure(const std::vector<std::string>& command, const std::string& log);

// "" where PATH has no such program.
std::string findProgram(const std::string& name);

// Bytes of all files below a directory.
double sizeMiB(const std::string& directory);

}  // namespace shopkeeper::bench
