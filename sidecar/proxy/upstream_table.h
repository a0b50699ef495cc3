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

// Thread-safe.
class UpstreamTable {
 public:
  // `clock` and `random` must outlive it. `self`: where this sidecar runs.
  UpstreamTable(const Clock& clock, HealthListener listener, Locality self = {},
                Random& random = systemRandom())
      : clock_(clock), listener_(std::move(listener)), self_(std::move(self)), random_(random) {}

  // Upstreams that stay keep their state; requests in flight keep the one they have.
  void apply(const std::vector<wire::Upstream>& specs);

  // Null where there is no such upstream.
  std::shared_ptr<Upstream> find(std::string_view name) const;
  std::vector<std::shared_ptr<Upstream>> all() const;

 private:
  const Clock& clock_;
  const HealthListener listener_;
  const Locality self_;
  Random& random_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Upstream>, std::less<>> upstreams_;
};

}  // namespace shopkeeper::sidecar
