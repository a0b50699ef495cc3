// kubectl of the local cluster's version, as people use it.
#pragma once

#include <string>
#include <vector>

namespace shopkeeper::testing {

struct CommandResult {
  int exitCode = -1;
  std::string output;  // both streams
};

// `input` goes to its standard input. The kubeconfig is given by the caller as a flag.
CommandResult kubectl(const std::string& kubeconfig, const std::vector<std::string>& arguments,
                      const std::string& input = "");

// Reads a file of the checkout.
std::string readSource(const std::string& path);

}  // namespace shopkeeper::testing
