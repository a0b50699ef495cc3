#include <dirent.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "common/http/server.h"
#include "tests/testing/raw_client.h"

namespace shopkeeper::http {
namespace {

std::string pemOf(const std::function<void(BIO*)>& write) {
  BIO* memory = BIO_new(BIO_s_mem());
  write(memory);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

ServerTls selfSigned(const char* name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_sign(certificate, key, EVP_sha256());
  ServerTls tls;
  tls.certificateChain = pemOf([&](BIO* out) { PEM_write_bio_X509(out, certificate); });
  tls.key = pemOf(
      [&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return tls;
}

// The subject that the server shows, and its answer to one GET.
std::pair<std::string, std::string> visit(std::uint16_t port) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* tls = SSL_new(context);
  BIO* connection = BIO_new_connect(("127.0.0.1:" + std::to_string(port)).c_str());
  BIO_do_connect(connection);
  SSL_set_bio(tls, connection, connection);
  std::string subject, text;
  if (SSL_connect(tls) == 1) {
    X509* shown = SSL_get1_peer_certificate(tls);
    char name[256];
    X509_NAME_oneline(X509_get_subject_name(shown), name, sizeof name);
    subject = name;
    X509_free(shown);
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    SSL_write(tls, request.data(), static_cast<int>(request.size()));
    char buffer[4096];
    for (int got; (got = SSL_read(tls, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }
  SSL_free(tls);
  SSL_CTX_free(context);
  return {subject, text};
}

int openDescriptors() {
  int count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

Response hello(const Request&) {
  Response response;
  response.body = "hello";
  return response;
}

TEST(TlsServer, NewConnectionsSeeTheNewCertificate) {
  const ServerTls first = selfSigned("first");
  ServerOptions options;
  options.tls = &first;
  auto server = Server::start(options, hello);
  ASSERT_TRUE(server) << server.error().message();
  auto [subject, text] = visit((*server)->port());
  EXPECT_EQ(subject, "/CN=first");
  EXPECT_NE(text.find("hello"), std::string::npos);
  ASSERT_TRUE((*server)->reloadTls(selfSigned("second")));
  EXPECT_EQ(visit((*server)->port()).first, "/CN=second");
}

TEST(TlsServer, ABrokenCertificateIsRefusedAndTheOldOneStays) {
  const ServerTls good = selfSigned("good");
  ServerOptions options;
  options.tls = &good;
  auto server = Server::start(options, hello);
  ASSERT_TRUE(server);
  const auto reloaded = (*server)->reloadTls({"not PEM", "neither"});
  ASSERT_FALSE(reloaded);
  EXPECT_EQ(reloaded.error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(visit((*server)->port()).first, "/CN=good");
}

// What a kubelet's tcpSocket probe does; cpprestsdk's listener leaks a descriptor each time.
TEST(TlsServer, ConnectAndCloseLeaksNoDescriptor) {
  const ServerTls tls = selfSigned("probe");
  ServerOptions options;
  options.tls = &tls;
  auto server = Server::start(options, hello);
  ASSERT_TRUE(server);
  visit((*server)->port());
  const int before = openDescriptors();
  for (int i = 0; i < 200; ++i) {
    shopkeeper::testing::RawClient probe((*server)->port());
    ASSERT_TRUE(probe.connected());
  }
  // The connections end in turn; a served request afterwards shows that they were handled.
  EXPECT_NE(visit((*server)->port()).second, "");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (openDescriptors() > before + 2 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_LE(openDescriptors(), before + 2);
}

}  // namespace
}  // namespace shopkeeper::http
