// Runs programs to their end and keeps what they say.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace shopkeeper::backup::testing {

struct Finished {
  int exit = -1;   // -1: ended by a signal
  int signal = 0;  // 0: none
  std::string out, err;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

// The first word is searched in PATH. `more` is added to this process's environment.
Finished run(const std::vector<std::string>& command, const Environment& more = {});

// "" where PATH has no such program.
std::string findProgram(const std::string& name);

// A file that was built beside this test.
std::string builtBeside(const std::string& name);

}  // namespace shopkeeper::backup::testing
