// The operator's flags.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/log.h"
#include "common/result.h"

namespace shopkeeper {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

struct OperatorOptions {
  std::string kubeconfig;  // empty: the pod's account, then kubectl's order
  std::string context;
  std::string ns;       // POD_NAMESPACE
  std::string podName;  // POD_NAME, else the host name
  std::string podIp;    // POD_IP; what other replicas send sidecars to
  std::vector<std::string> watchNamespaces;
  std::string imageRegistry = "shopkeeper";
  std::string sidecarImage;  // "<image-registry>/sidecar:<this version>"
  std::string clusterDomain = "cluster.local";
  HostPort metrics{"0.0.0.0", 8080};
  HostPort health{"0.0.0.0", 8081};
  HostPort control{"0.0.0.0", 8443};
  bool leaderElect = true;
  std::string leaseName = "shopkeeper-operator";
  std::chrono::milliseconds leaseDuration{15'000};
  std::chrono::milliseconds leaseRenewDeadline{10'000};
  std::chrono::milliseconds leaseRetryPeriod{2'000};
  int workers = 4;
  bool watchNodes = true;
  log::Level logLevel = log::Level::Info;
};

// What came of the command line: options to run with, or text to print and the exit code
// (--help, --version, a mistake).
struct ParsedCommandLine {
  std::optional<OperatorOptions> options;
  std::string text;
  int exitCode = 0;
};
ParsedCommandLine parseCommandLine(int argc, const char* const* argv);

// "0.0.0.0:8080" or "[::]:8080". InvalidArgument otherwise.
Result<HostPort> parseHostPort(const std::string& text);

}  // namespace shopkeeper
