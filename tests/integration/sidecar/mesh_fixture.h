// Two sidecars of a mesh: `plane_` is the caller's (its egress counts), `peer_` the called one's.
#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/integration/sidecar/proxy_fixture.h"
#include "tests/testing/test_pki.h"

namespace shopkeeper::sidecar {

class MeshTest : public ProxyTest {
 protected:
  MeshTest();
  ~MeshTest() override;

  // Certificates in a directory as kubelet mounts a Secret: files behind a link that is swapped.
  // `trusted`: what the holder trusts. Again for the same name: a rotation.
  MeshConfig mount(const std::string& name, MeshMode mode, const testing::TestIdentity& identity,
                   const std::string& trusted);
  // The usual one: of `ca`, named spiffe://demo.shop/<component>, trusting `ca`.
  MeshConfig identity(const std::string& name, testing::TestCa& ca, MeshMode mode,
                      const std::string& component);

  // The peer is the upstream "search" of the caller.
  void startPeer(int service, const MeshConfig& mesh);
  void startCaller(const MeshConfig& mesh);
  std::uint16_t peer() const { return peer_->ingressPort(); }

  static std::uint64_t refused(const DoorCounts& counts, MeshRefusal why) {
    return counts.refused[static_cast<std::size_t>(why)];
  }

  const std::filesystem::path directory_;
  testing::TestCa ca_;
  std::unique_ptr<DataPlane> peer_;

 private:
  int versions_ = 0;
};

// A blocking TLS client, with or without a certificate, that trusts everybody.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const testing::TestIdentity* identity);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // The status of the answer to a GET; 0 where none came.
  int get(const std::string& target);
  bool connected() const { return connected_; }
  std::string peerSerial() const;  // of its certificate

 private:
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
};

// Serial number of a certificate in PEM.
std::string serialOf(const std::string& pem);

}  // namespace shopkeeper::sidecar
