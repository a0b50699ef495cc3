#include "operator/control/tls_keeper.h"

#include <nlohmann/json.hpp>

#include "common/log.h"
#include "operator/control/secret_data.h"

namespace shopkeeper::control {
namespace {

using nlohmann::json;

Result<TlsMaterial> readSecret(const kube::Object& secret) {
  const auto data = readSecretData(secret.json());
  if (!data) return data.error();
  return fromSecretData(*data);
}

json secretObject(const kube::ObjectKey& key, const std::optional<kube::Object>& old,
                  const TlsMaterial& material) {
  json out = old ? old->json()
                 : json{{"apiVersion", "v1"},
                        {"kind", "Secret"},
                        {"metadata",
                         {{"name", key.name},
                          {"namespace", key.ns},
                          {"labels", {{"app.kubernetes.io/part-of", "shopkeeper"}}}}},
                        {"type", "Opaque"}};
  out["metadata"].erase("managedFields");
  out["data"] = encodeSecretData(toSecretData(material));
  return out;
}

}  // namespace

TlsKeeper::TlsKeeper(Options options, kube::Client& client, const Clock& clock,
                     std::function<void(const TlsMaterial&)> changed)
    : options_(std::move(options)), client_(client), clock_(clock), changed_(std::move(changed)) {}

Status TlsKeeper::tick(bool leading, const std::stop_token& stop) {
  const kube::Call call{.stop = stop};
  std::optional<kube::Object> secret;
  auto read = client_.get(kube::resources::secrets(), options_.secret, call);
  if (read) {
    secret = std::move(*read);
  } else if (read.error().code() != ErrorCode::NotFound) {
    return read.error().within("reading Secret " + options_.secret.toString());
  }
  std::optional<TlsMaterial> stored;
  if (secret) {
    auto parsed = readSecret(*secret);
    if (parsed) {
      stored = std::move(*parsed);
    } else {
      log::warn("the TLS Secret cannot be read", parsed.error(),
                {{"kubernetes.secret", options_.secret.toString()}});
    }
  }
  if (!leading) {
    if (stored) adopt(*stored);
    return stored ? ok()
                  : Error(ErrorCode::Unavailable, "no TLS material yet: the leader makes it");
  }
  auto due = renew(stored, options_.policy, clock_.wallNow());
  if (!due) return due.error();
  if (!stored || *due != *stored) {
    if (auto written = write(secret, *due, call); !written) return written;
    log::info("TLS material renewed", {{"kubernetes.secret", options_.secret.toString()}});
  }
  adopt(*due);
  return ok();
}

Status TlsKeeper::write(const std::optional<kube::Object>& old, const TlsMaterial& material,
                        const kube::Call& call) {
  const kube::Object secret(secretObject(options_.secret, old, material));
  // Never applied blindly: a key that another leader just made must not be overwritten.
  const auto written = old ? client_.replace(kube::resources::secrets(), secret, call)
                           : client_.create(kube::resources::secrets(), secret, call);
  if (!written) return written.error().within("writing Secret " + options_.secret.toString());
  return ok();
}

void TlsKeeper::adopt(const TlsMaterial& material) {
  {
    std::lock_guard lock(mutex_);
    if (material_ && *material_ == material) return;
    material_ = material;
  }
  changed_(material);
}

std::optional<TlsMaterial> TlsKeeper::material() const {
  std::lock_guard lock(mutex_);
  return material_;
}

}  // namespace shopkeeper::control
