// Client over HTTP.
#pragma once

#include <memory>
#include <string>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/metrics.h"
#include "common/result.h"
#include "operator/kube/client.h"
#include "operator/kube/config.h"
#include "operator/kube/pause.h"

namespace shopkeeper::kube {

// What a RestClient works with. Everything must outlive it.
struct RestDeps {
  // Two connections pools: a watch's timeouts must not be those of a short call.
  http::HttpClient& calls;
  http::HttpClient& watches;
  std::shared_ptr<TokenSource> token;  // may be null
  const Clock& clock;
  Pause& pause;
  Metrics* metrics = nullptr;  // rest_client_requests_total{code,method,host}
  std::string host;            // label value
  std::string userAgent = "shopkeeper";
};

std::unique_ptr<Client> makeRestClient(RestDeps deps);

// Production: cpprestsdk clients for `config`, owned by the Client. `metrics` may be null.
Result<std::unique_ptr<Client>> connect(const ClusterConfig& config, Metrics* metrics,
                                        const std::string& userAgent = "shopkeeper");

}  // namespace shopkeeper::kube
