// The proxies that are compared, each with one worker and without logs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "tests/bench/proxy/child.h"

namespace shopkeeper::bench {

struct Running {
  Child child;
  std::uint16_t port;  // where it takes requests for the backend
};

struct Contender {
  std::string name;
  std::string binary;
  // Why it cannot take part; empty where it can.
  std::string skipped;
  // Writes the configuration for `endpoints` addresses of the backend into `directory`; returns
  // the command line.
  using Configure = Result<std::vector<std::string>> (*)(const std::string& binary,
                                                         const std::string& directory,
                                                         std::uint16_t port, std::uint16_t backend,
                                                         int endpoints);
  Configure configure;
  std::vector<std::string> wrap;  // words before the command: a profiler

  // Returns when a request was answered, or Unavailable after 20 s with the end of its log.
  Result<Running> start(const std::string& directory, std::uint16_t backend, int endpoints) const;
};

// `sidecar`: the program built beside the bench; `envoy`: where the package was installed.
std::vector<Contender> contenders(const std::string& sidecar, const std::string& envoy);

}  // namespace shopkeeper::bench
