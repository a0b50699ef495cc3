#include "tests/integration/sidecar/mesh_fixture.h"

#include <openssl/pem.h>

#include <csignal>
#include <fstream>

#include "common/random.h"

namespace shopkeeper::sidecar {
namespace {

namespace fs = std::filesystem;

X509* certificateOf(const std::string& pem) {
  BIO* const memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* const certificate = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
  BIO_free(memory);
  return certificate;
}

std::string serialText(X509* certificate) {
  return std::to_string(ASN1_INTEGER_get(X509_get_serialNumber(certificate)));
}

}  // namespace

MeshTest::MeshTest()
    : directory_(fs::temp_directory_path() / ("mesh-" + randomHex(systemRandom(), 8))) {
  fs::create_directories(directory_);
}

MeshTest::~MeshTest() {
  plane_.reset();
  peer_.reset();
  fs::remove_all(directory_);
}

MeshConfig MeshTest::mount(const std::string& name, MeshMode mode,
                           const testing::TestIdentity& identity, const std::string& trusted) {
  const fs::path volume = directory_ / name;
  const std::string version = "..v" + std::to_string(versions_++);
  fs::create_directories(volume / version);
  std::ofstream(volume / version / "tls.crt") << identity.certificate;
  std::ofstream(volume / version / "tls.key") << identity.key;
  std::ofstream(volume / version / "ca.crt") << trusted;
  fs::remove(volume / "..new");
  fs::create_symlink(version, volume / "..new");
  fs::rename(volume / "..new", volume / "..data");
  for (const char* file : {"tls.crt", "tls.key", "ca.crt"}) {
    if (!fs::is_symlink(volume / file)) {
      fs::create_symlink(fs::path("..data") / file, volume / file);
    }
  }
  return {mode, volume / "tls.crt", volume / "tls.key", volume / "ca.crt", std::nullopt};
}

MeshConfig MeshTest::identity(const std::string& name, testing::TestCa& ca, MeshMode mode,
                              const std::string& component) {
  const auto made = ca.issue(name, {"URI:spiffe://demo.shop/" + component});
  return mount(name, mode, made, ca.certificate());
}

void MeshTest::startPeer(int service, const MeshConfig& mesh) {
  SidecarConfig config = config_;
  config.component = "search";
  config.ingress.service = {"127.0.0.1", static_cast<std::uint16_t>(service)};
  config.mesh = mesh;
  auto plane = DataPlane::start(config, state_, table_, systemClock());
  ASSERT_TRUE(plane) << plane.error().message();
  peer_ = std::move(*plane);
  upstream("search", {"127.0.0.1:" + std::to_string(peer())});
}

void MeshTest::startCaller(const MeshConfig& mesh) {
  config_.mesh = mesh;
  start(1);
}

TlsClient::TlsClient(std::uint16_t port, const testing::TestIdentity* identity)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      context_(SSL_CTX_new(TLS_client_method())) {
  if (identity != nullptr) {
    X509* const certificate = certificateOf(identity->certificate);
    SSL_CTX_use_certificate(context_, certificate);
    X509_free(certificate);
    BIO* const memory =
        BIO_new_mem_buf(identity->key.data(), static_cast<int>(identity->key.size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr);
    BIO_free(memory);
    SSL_CTX_use_PrivateKey(context_, key);
    EVP_PKEY_free(key);
  }
  ssl_ = SSL_new(context_);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  const timeval limit{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
  SSL_set_fd(ssl_, socket_);
  connected_ = SSL_connect(ssl_) == 1;
}

TlsClient::~TlsClient() {
  SSL_free(ssl_);
  SSL_CTX_free(context_);
  ::close(socket_);
}

int TlsClient::get(const std::string& target) {
  if (!connected_) return 0;
  const std::string request = "GET " + target + " HTTP/1.1\r\nHost: search\r\n\r\n";
  if (SSL_write(ssl_, request.data(), static_cast<int>(request.size())) <= 0) return 0;
  std::string text;
  char buffer[4096];
  while (text.find("\r\n\r\n") == std::string::npos) {
    const int got = SSL_read(ssl_, buffer, sizeof buffer);
    if (got <= 0) return 0;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return std::stoi(text.substr(9, 3));
}

std::string TlsClient::peerSerial() const {
  X509* const certificate = SSL_get0_peer_certificate(ssl_);
  return certificate == nullptr ? "" : serialText(certificate);
}

std::string serialOf(const std::string& pem) {
  X509* const certificate = certificateOf(pem);
  std::string serial = serialText(certificate);
  X509_free(certificate);
  return serial;
}

}  // namespace shopkeeper::sidecar
