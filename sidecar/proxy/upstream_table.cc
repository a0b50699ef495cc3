#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

void UpstreamTable::apply(const std::vector<wire::Upstream>& specs) {
  std::lock_guard lock(mutex_);
  std::map<std::string, std::shared_ptr<Upstream>, std::less<>> next;
  for (const wire::Upstream& spec : specs) {
    const auto old = upstreams_.find(spec.name);
    auto upstream = old != upstreams_.end()
                        ? old->second
                        : std::make_shared<Upstream>(spec.name, clock_, listener_, random_, self_);
    upstream->configure(spec);
    next.insert_or_assign(spec.name, std::move(upstream));
  }
  upstreams_ = std::move(next);
}

std::shared_ptr<Upstream> UpstreamTable::find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto found = upstreams_.find(name);
  return found == upstreams_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Upstream>> UpstreamTable::all() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Upstream>> upstreams;
  upstreams.reserve(upstreams_.size());
  for (const auto& [name, upstream] : upstreams_) upstreams.push_back(upstream);
  return upstreams;
}

}  // namespace shopkeeper::sidecar
