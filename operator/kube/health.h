// Named checks behind /healthz and /readyz.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"

namespace shopkeeper::kube {

class Informer;

// Thread-safe.
class HealthChecks {
 public:
  using Check = std::function<Status()>;  // quick, no I/O

  void add(std::string name, Check check);
  // The informer must outlive the checks.
  void addInformer(const Informer& informer);

  // ok, or the first failing check with its name in front.
  Status verdict() const;
  // The body of /readyz?verbose: "[+]informer/pods ok\n[-]informer/nodes failed: ...\n".
  std::string verbose() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Check>> checks_;
};

}  // namespace shopkeeper::kube
