#include "operator/control/tls_material.h"

#include <openssl/evp.h>

namespace shopkeeper::control {
namespace {

bool serves(const TlsMaterial& material, const TlsPolicy& policy, WallTime now) {
  const auto info = readCertificate(material.serving.certificate);
  return info && info->dnsNames == policy.dnsNames &&
         lifeLeft(material.serving.certificate, now) > policy.servingLeft &&
         isSignedBy(material.serving, material.authority.certificate);
}

Result<KeyPair> newAuthority(const TlsPolicy& policy, WallTime now) {
  // The date in the name tells two authorities apart for people who read a bundle.
  return makeAuthority(policy.authorityName + " " + toRfc3339Seconds(now).substr(0, 10),
                       validityOf(now, policy.authorityLife, policy));
}

Status renewServing(TlsMaterial& material, const TlsPolicy& policy, WallTime now) {
  auto life = policy.servingLife;
  if (const auto authority = readCertificate(material.authority.certificate)) {
    life = std::min<Duration>(life, authority->validity.notAfter - now);
  }
  auto serving = makeServing(material.authority, policy.dnsNames, validityOf(now, life, policy));
  if (!serving) return serving.error();
  material.serving = std::move(*serving);
  return ok();
}

Status renewAuthority(TlsMaterial& material, const TlsPolicy& policy, WallTime now) {
  if (material.nextAuthority) {
    const auto next = readCertificate(material.nextAuthority->certificate);
    if (!next) {
      material.nextAuthority.reset();
    } else if (now >= next->validity.notBefore + policy.backdate + policy.overlap) {
      material.previousAuthority = material.authority.certificate;
      material.authority = std::move(*material.nextAuthority);
      material.nextAuthority.reset();
    }
  }
  if (!material.nextAuthority &&
      lifeLeft(material.authority.certificate, now) <= policy.authorityLeft) {
    auto next = newAuthority(policy, now);
    if (!next) return next.error();
    material.nextAuthority = std::move(*next);
  }
  if (!material.previousAuthority.empty() && lifeLeft(material.previousAuthority, now) == 0) {
    material.previousAuthority.clear();
  }
  return ok();
}

}  // namespace

Validity validityOf(WallTime now, Duration life, const TlsPolicy& policy) {
  using std::chrono::duration_cast;
  return {now - duration_cast<WallTime::duration>(policy.backdate),
          now + duration_cast<WallTime::duration>(life)};
}

double lifeLeft(const std::string& certificate, WallTime now) {
  const auto info = readCertificate(certificate);
  if (!info || now >= info->validity.notAfter) return 0;
  const std::chrono::duration<double> life = info->validity.notAfter - info->validity.notBefore;
  const std::chrono::duration<double> left = info->validity.notAfter - now;
  return life.count() > 0 ? std::min(1.0, left / life) : 0;
}

std::string TlsMaterial::bundle() const {
  return authority.certificate + (nextAuthority ? nextAuthority->certificate : "") +
         previousAuthority;
}

Result<TlsMaterial> renewAuthorities(const std::optional<TlsMaterial>& current,
                                     const TlsPolicy& policy, WallTime now) {
  TlsMaterial material;
  const auto usable = [now](const KeyPair& authority) {
    return lifeLeft(authority.certificate, now) > 0 && isSignedBy(authority, authority.certificate);
  };
  // After months without an operator only the next authority may still be good; it takes over.
  if (current &&
      (usable(current->authority) || (current->nextAuthority && usable(*current->nextAuthority)))) {
    material = *current;
    if (auto renewed = renewAuthority(material, policy, now); !renewed) return renewed.error();
  } else {
    auto authority = newAuthority(policy, now);
    if (!authority) return authority.error();
    material.authority = std::move(*authority);
  }
  return material;
}

Result<TlsMaterial> renew(const std::optional<TlsMaterial>& current, const TlsPolicy& policy,
                          WallTime now) {
  auto material = renewAuthorities(current, policy, now);
  if (!material) return material;
  if (!serves(*material, policy, now)) {
    if (auto renewed = renewServing(*material, policy, now); !renewed) return renewed.error();
  }
  return material;
}

std::map<std::string, std::string> toSecretData(const TlsMaterial& material) {
  std::map<std::string, std::string> data = {{"ca.crt", material.authority.certificate},
                                             {"ca.key", material.authority.key}};
  if (!material.serving.certificate.empty()) {
    data["tls.crt"] = material.serving.certificate;
    data["tls.key"] = material.serving.key;
  }
  if (material.nextAuthority) {
    data["next-ca.crt"] = material.nextAuthority->certificate;
    data["next-ca.key"] = material.nextAuthority->key;
  }
  if (!material.previousAuthority.empty()) data["previous-ca.crt"] = material.previousAuthority;
  return data;
}

Result<TlsMaterial> fromSecretData(const std::map<std::string, std::string>& data) {
  const auto part = [&](const char* name) {
    const auto it = data.find(name);
    return it == data.end() ? std::string() : it->second;
  };
  TlsMaterial material;
  material.authority = {part("ca.crt"), part("ca.key")};
  material.serving = {part("tls.crt"), part("tls.key")};
  if (data.contains("next-ca.crt"))
    material.nextAuthority = {part("next-ca.crt"), part("next-ca.key")};
  material.previousAuthority = part("previous-ca.crt");
  if (material.authority.certificate.empty() || material.authority.key.empty()) {
    return Error(ErrorCode::Corrupt, "the Secret holds no ca.crt and ca.key");
  }
  return material;
}

std::string base64Encode(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

Result<std::string> base64Decode(const std::string& text) {
  const auto corrupt = Error(ErrorCode::Corrupt, "the text is not base64");
  if (text.size() % 4 != 0) return corrupt;
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return corrupt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

}  // namespace shopkeeper::control
