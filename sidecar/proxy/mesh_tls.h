// Mutual TLS between sidecars: certificates of the mesh, one set of contexts a generation of files.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "sidecar/agent/config.h"
#include "sidecar/proxy/mesh_peer.h"

namespace shopkeeper::sidecar {

class Stream;
struct Handshake;
struct MeshView;

// TLS 1.3; each side shows a certificate of the CA whose URI name is
// spiffe://<guide>.<namespace>/<component>. Thread-safe.
class MeshTls {
 public:
  // Null with mode Off. InvalidArgument where the files do not make a working pair.
  static Result<std::unique_ptr<MeshTls>> load(const SidecarConfig& config);
  ~MeshTls();

  // Reads the files again where they changed; what does not work is left, with a warning, for the
  // next time. Connections keep what they began with.
  void refresh();

  bool strict() const { return config_.mode == MeshMode::Strict; }
  bool ingressTakesPlain() const { return config_.ingressTakesPlain(); }
  MeshView view() const;

  struct Free {
    void operator()(SSL* ssl) const {
      // Else OpenSSL takes the session for broken and never resumes it.
      SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
      SSL_free(ssl);
    }
  };
  using Handle = std::unique_ptr<SSL, Free>;
  Handle accepting() const;
  // `address`: of the peer, whose last session is resumed.
  Handle dialing(const std::string& address) const;

  // After a handshake: none where the peer is of this guide, and of `component` where that is not
  // empty.
  std::optional<MeshRefusal> refusalOf(const Stream& stream, const Handshake& made,
                                       std::string_view component) const;
  // A line in the log, for each reason and peer at most one in half a minute.
  void report(MeshRefusal refusal, const char* door, const std::string& peer);

  // Permissive: the peer does not speak TLS (yet); it is asked again after half a minute.
  bool plainPeer(const std::string& address) const;
  void notePlainPeer(const std::string& address);

 private:
  struct Generation;
  struct State;
  MeshTls(const MeshConfig& config, std::string trustPrefix);
  std::shared_ptr<Generation> current() const;

  const MeshConfig config_;
  const std::string trustPrefix_;  // "spiffe://demo.shop/"
  const std::unique_ptr<State> state_;
};

}  // namespace shopkeeper::sidecar
