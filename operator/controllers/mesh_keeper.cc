#include "operator/controllers/mesh_keeper.h"

#include <nlohmann/json.hpp>

#include "common/log.h"
#include "operator/control/mesh_material.h"
#include "operator/specs/metadata.h"

namespace shopkeeper::controllers {
namespace {

using nlohmann::json;

constexpr auto kRecheck = std::chrono::minutes(5);
constexpr std::size_t kMaxChecked = 16'384;

control::SecretData dataOf(const std::optional<kube::Object>& secret) {
  if (!secret) return {};
  // What cannot be read is made anew.
  return control::readSecretData(secret->json()).value_or(control::SecretData());
}

std::string part(const control::SecretData& data, const char* name) {
  const auto it = data.find(name);
  return it == data.end() ? "" : it->second;
}

}  // namespace

Result<std::optional<kube::Object>> MeshKeeper::read(const api::ShoppingGuide& guide,
                                                     const std::string& name,
                                                     const kube::Call& call) {
  auto found = client_.get(kube::resources::secrets(), {guide.ns, name}, call);
  if (!found) {
    if (found.error().code() == ErrorCode::NotFound) return std::optional<kube::Object>();
    return found.error().within("reading Secret " + name);
  }
  const auto owner = found->controller();
  if (!owner || owner->uid != guide.uid) {
    return Error(ErrorCode::AlreadyExists,
                 "Secret " + name + " exists already and is not this guide's: delete or rename it");
  }
  return std::optional<kube::Object>(std::move(*found));
}

Status MeshKeeper::write(const api::ShoppingGuide& guide, const std::string& name,
                         const std::optional<kube::Object>& old, const control::SecretData& data,
                         const kube::Call& call) {
  auto secret = old ? old->json() : specs::guideObject(guide, name, "v1", "Secret");
  secret["metadata"].erase("managedFields");
  secret["data"] = control::encodeSecretData(data);
  // Never applied blindly: what another leader just made must not be overwritten.
  const auto written = old ? client_.replace(kube::resources::secrets(), kube::Object(secret), call)
                           : client_.create(kube::resources::secrets(), kube::Object(secret), call);
  if (!written) return written.error().within("writing Secret " + name);
  log::info("mesh certificates renewed",
            {{"kubernetes.secret", name}, {"kubernetes.namespace", guide.ns}});
  return ok();
}

Status MeshKeeper::keepAll(const api::ShoppingGuide& guide, const kube::Call& call) {
  const auto policy = control::meshPolicy(guide);
  const auto now = clock_.wallNow();
  const auto authorityName = specs::meshAuthorityName(guide);
  const auto stored = read(guide, authorityName, call);
  if (!stored) return stored.error();
  std::optional<control::TlsMaterial> current;
  if (auto parsed = control::fromSecretData(dataOf(*stored))) current = std::move(*parsed);
  const auto authorities = control::renewAuthorities(current, policy, now);
  if (!authorities) return authorities.error();
  if (!current || *current != *authorities) {
    auto kept = write(guide, authorityName, *stored, control::toSecretData(*authorities), call);
    if (!kept) return kept;
  }
  for (const auto component : api::kComponents) {
    const auto name = specs::meshSecretName(guide, component);
    const auto secret = read(guide, name, call);
    if (!secret) return secret.error();
    const auto old = dataOf(*secret);
    std::optional<control::KeyPair> pair;
    if (*secret) pair = control::KeyPair{part(old, "tls.crt"), part(old, "tls.key")};
    const auto due = control::renewPeer(pair, authorities->authority,
                                        control::meshIdentity(guide, component), policy, now);
    if (!due) return due.error();
    const control::SecretData wanted = {
        {"tls.crt", due->certificate}, {"tls.key", due->key}, {"ca.crt", authorities->bundle()}};
    if (old == wanted) continue;
    if (auto kept = write(guide, name, *secret, wanted, call); !kept) return kept;
  }
  return ok();
}

Result<std::optional<Finding>> MeshKeeper::keep(const api::ShoppingGuide& guide,
                                                const kube::Call& call) {
  if (guide.spec.mesh == api::MeshMode::Off) return std::optional<Finding>();
  {
    std::lock_guard lock(mutex_);
    const auto it = checked_.find(guide.uid);
    if (it != checked_.end() && clock_.now() - it->second < kRecheck) {
      return std::optional<Finding>();
    }
  }
  if (const auto kept = keepAll(guide, call); !kept) {
    const auto& error = kept.error();
    if (error.code() == ErrorCode::PermissionDenied) {
      return std::optional<Finding>(Finding{
          reasons::kForbidden,
          "spec.traffic.mtls needs the operator's right to Secrets, which the chart's value "
          "mesh.enabled gives: " +
              error.message()});
    }
    if (error.code() == ErrorCode::AlreadyExists) {
      return std::optional<Finding>(Finding{reasons::kNameTaken, error.message()});
    }
    return error;
  }
  std::lock_guard lock(mutex_);
  if (checked_.size() >= kMaxChecked) checked_.clear();
  checked_[guide.uid] = clock_.now();
  return std::optional<Finding>();
}

}  // namespace shopkeeper::controllers
