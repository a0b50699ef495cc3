// Whom a TLS connection of the mesh reached, and why it was not taken. No I/O.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace shopkeeper::sidecar {

enum class MeshRefusal {
  Plain,          // no TLS where TLS is wanted
  NoCertificate,  // the peer has none
  Expired,        // its certificate's time is over, or has not come
  Authority,      // its certificate is not of an authority that we trust
  Name,           // it is of another guide, or not the component that was called
  Ours,           // it does not take our certificate
  Broken,         // it ended, was too slow, or sent what is no TLS
};
inline constexpr std::size_t kMeshRefusals = 7;

const char* toString(MeshRefusal refusal);  // for metrics: "expired"
const char* sentence(MeshRefusal refusal);  // for logs: "its certificate has expired or ..."

// Of a handshake that did not end well; `reason` is OpenSSL's reason code, 0 where it had none.
MeshRefusal whyFailed(const SSL& ssl, int reason);

// After a handshake. The peer's certificate must be valid now (a resumed session's was so when it
// began), and have a URI name that is `trustPrefix` + `component`, or begins with `trustPrefix`
// where `component` is empty.
std::optional<MeshRefusal> judgePeer(const SSL& ssl, std::string_view trustPrefix,
                                     std::string_view component);

}  // namespace shopkeeper::sidecar
