#include "operator/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <sstream>

#include "operator/api/parse.h"

namespace shopkeeper {
namespace {

struct Texts {
  std::string metrics = "0.0.0.0:8080";
  std::string health = "0.0.0.0:8081";
  std::string control = "0.0.0.0:8443";
  std::string leaseDuration = "15s";
  std::string renewDeadline = "10s";
  std::string retryPeriod = "2s";
  std::string logLevel = "info";
};

std::string hostName() {
  char name[256] = "";
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

void define(CLI::App& app, OperatorOptions& options, Texts& texts) {
  app.add_option("--kubeconfig", options.kubeconfig,
                 "Kubeconfig file; the pod's ServiceAccount where absent");
  app.add_option("--context", options.context,
                 "Context of the kubeconfig; its current one by default");
  app.add_option("--namespace", options.ns, "Namespace the operator runs in (lease, TLS Secret)")
      ->envname("POD_NAMESPACE");
  app.add_option("--pod-name", options.podName, "Name of this replica")->envname("POD_NAME");
  app.add_option("--pod-ip", options.podIp, "Address at which sidecars reach this replica")
      ->envname("POD_IP");
  app.add_option("--watch-namespaces", options.watchNamespaces,
                 "Namespaces whose guides are kept, separated by commas; all where absent")
      ->delimiter(',');
  app.add_option("--image-registry", options.imageRegistry, "Prefix of the services' image names")
      ->capture_default_str();
  app.add_option("--sidecar-image", options.sidecarImage,
                 "Image of the sidecar; <image-registry>/sidecar:" SHOPKEEPER_VERSION
                 " where absent");
  app.add_option("--cluster-domain", options.clusterDomain, "DNS domain of the cluster")
      ->capture_default_str();
  app.add_option("--metrics-listen", texts.metrics, "Where /metrics is served")
      ->capture_default_str();
  app.add_option("--health-listen", texts.health, "Where /healthz and /readyz are served")
      ->capture_default_str();
  app.add_option("--control-listen", texts.control, "Where sidecars report, over TLS")
      ->capture_default_str();
  app.add_flag("--leader-elect,!--no-leader-elect", options.leaderElect,
               "One of several replicas leads (default); without, this one always does");
  app.add_option("--lease-name", options.leaseName, "Name of the Lease")->capture_default_str();
  app.add_option("--lease-duration", texts.leaseDuration,
                 "How long other replicas keep off after the leader's last renewal")
      ->capture_default_str();
  app.add_option("--lease-renew-deadline", texts.renewDeadline,
                 "When a leader that cannot renew lets go by itself")
      ->capture_default_str();
  app.add_option("--lease-retry-period", texts.retryPeriod, "How often the lease is renewed")
      ->capture_default_str();
  app.add_option("--workers", options.workers, "Guides reconciled at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_flag("--watch-nodes,!--no-watch-nodes", options.watchNodes,
               "Read nodes for their zones (default); needs a cluster-wide right");
  app.add_option("--log-level", texts.logLevel, "debug, info, warn or error")
      ->capture_default_str();
  app.set_version_flag("--version", std::string("shopkeeper-operator ") + SHOPKEEPER_VERSION);
}

Status readTexts(const Texts& texts, OperatorOptions& options) {
  const std::tuple<const char*, const std::string*, HostPort*> addresses[] = {
      {"--metrics-listen", &texts.metrics, &options.metrics},
      {"--health-listen", &texts.health, &options.health},
      {"--control-listen", &texts.control, &options.control}};
  for (const auto& [flag, text, out] : addresses) {
    auto parsed = parseHostPort(*text);
    if (!parsed) return parsed.error().within(flag);
    *out = *parsed;
  }
  const std::tuple<const char*, const std::string*, std::chrono::milliseconds*> durations[] = {
      {"--lease-duration", &texts.leaseDuration, &options.leaseDuration},
      {"--lease-renew-deadline", &texts.renewDeadline, &options.leaseRenewDeadline},
      {"--lease-retry-period", &texts.retryPeriod, &options.leaseRetryPeriod}};
  for (const auto& [flag, text, out] : durations) {
    auto parsed = api::parseDuration(*text);
    if (!parsed) return parsed.error().within(flag);
    *out = *parsed;
  }
  auto level = log::parseLevel(texts.logLevel);
  if (!level) return level.error().within("--log-level");
  options.logLevel = *level;
  return ok();
}

}  // namespace

Result<HostPort> parseHostPort(const std::string& text) {
  const auto colon = text.rfind(':');
  HostPort out;
  if (colon != text.npos && colon > 0) {
    const auto* end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data() + colon + 1, end, out.port);
    out.host = text.substr(0, colon);
    if (out.host.starts_with('[') && out.host.ends_with(']')) {
      out.host = out.host.substr(1, out.host.size() - 2);
    }
    if (problem == std::errc() && rest == end) return out;
  }
  return Error(ErrorCode::InvalidArgument,
               "\"" + text + "\" is no address such as 0.0.0.0:8080 or [::]:8080");
}

ParsedCommandLine parseCommandLine(int argc, const char* const* argv) {
  CLI::App app(
      "Keeps shopping guides: reconciles ShoppingGuide objects and directs their sidecars.",
      "shopkeeper-operator");
  OperatorOptions options;
  Texts texts;
  define(app, options, texts);
  ParsedCommandLine out;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    std::ostringstream text;
    out.exitCode = app.exit(problem, text, text);
    out.text = text.str();
    return out;
  }
  if (auto read = readTexts(texts, options); !read) {
    out.text = "shopkeeper-operator: " + read.error().message() + "\n";
    out.exitCode = 2;
    return out;
  }
  if (options.podName.empty()) options.podName = hostName();
  if (options.podIp.empty()) options.podIp = "127.0.0.1";
  if (options.sidecarImage.empty()) {
    options.sidecarImage = options.imageRegistry + "/sidecar:" + SHOPKEEPER_VERSION;
  }
  out.options = std::move(options);
  return out;
}

}  // namespace shopkeeper
