// All upstreams by name; replaced as a whole when directives or DNS change.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

struct UpstreamSpec {
  std::string name;
  UpstreamPolicy policy;
  std::vector<wire::Endpoint> endpoints;
  bool operator==(const UpstreamSpec&) const = default;
};

// Thread-safe.
class UpstreamTable {
 public:
  UpstreamTable(const Clock& clock, HealthListener listener)
      : clock_(clock), listener_(std::move(listener)) {}

  // Upstreams that stay keep their state; requests in flight keep the one they have.
  void apply(const std::vector<UpstreamSpec>& specs);

  // Null where there is no such upstream.
  std::shared_ptr<Upstream> find(std::string_view name) const;
  std::vector<std::shared_ptr<Upstream>> all() const;

 private:
  const Clock& clock_;
  const HealthListener listener_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Upstream>, std::less<>> upstreams_;
};

}  // namespace shopkeeper::sidecar
