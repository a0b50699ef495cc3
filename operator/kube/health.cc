#include "operator/kube/health.h"

#include "operator/kube/informer.h"

namespace shopkeeper::kube {

void HealthChecks::add(std::string name, Check check) {
  std::lock_guard lock(mutex_);
  checks_.emplace_back(std::move(name), std::move(check));
}

void HealthChecks::addInformer(const Informer& informer) {
  add("informer/" + informer.resource().toString(), [&informer] { return informer.health(); });
}

Status HealthChecks::verdict() const {
  std::lock_guard lock(mutex_);
  for (const auto& [name, check] : checks_) {
    if (Status status = check(); !status) return status.error().within(name);
  }
  return ok();
}

std::string HealthChecks::verbose() const {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [name, check] : checks_) {
    const Status status = check();
    text += status ? "[+]" + name + " ok\n"
                   : "[-]" + name + " failed: " + status.error().message() + "\n";
  }
  return text;
}

}  // namespace shopkeeper::kube
