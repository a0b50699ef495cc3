// Keeps the operator's TLS material in a Secret that all replicas share.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "common/clock.h"
#include "operator/control/tls_material.h"
#include "operator/kube/client.h"

namespace shopkeeper::control {

// The leader makes and renews the material; the others only read it. Thread-safe.
class TlsKeeper {
 public:
  struct Options {
    kube::ObjectKey secret;
    TlsPolicy policy;
  };
  // `client` (fenced) and `clock` must outlive the keeper. `changed` is called, on the thread that
  // calls tick(), whenever other material is in force.
  TlsKeeper(Options options, kube::Client& client, const Clock& clock,
            std::function<void(const TlsMaterial&)> changed);

  // Reads the Secret; as leader also makes or renews what is due. Errors leave the old material in
  // force.
  Status tick(bool leading, const std::stop_token& stop);

  std::optional<TlsMaterial> material() const;

 private:
  Status write(const std::optional<kube::Object>& old, const TlsMaterial& material,
               const kube::Call& call);
  void adopt(const TlsMaterial& material);

  const Options options_;
  kube::Client& client_;
  const Clock& clock_;
  const std::function<void(const TlsMaterial&)> changed_;
  mutable std::mutex mutex_;
  std::optional<TlsMaterial> material_;
};

}  // namespace shopkeeper::control
