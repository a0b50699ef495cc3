// Whom the HTTP client trusts, and who it says it is.
#include "common/http/client_tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "common/http/client.h"
#include "common/http/server.h"
#include "tests/testing/test_pki.h"

namespace shopkeeper::http {
namespace {

using testing::TestCa;
using testing::TestIdentity;

class ClientTlsTest : public ::testing::Test {
 protected:
  std::string serve(const TestIdentity& identity) {
    const ServerTls tls{identity.certificate, identity.key};
    ServerOptions options;
    options.tls = &tls;
    auto server = Server::start(options, [](const Request&) { return Response{200, {}, "hello"}; });
    EXPECT_TRUE(server) << server.error().message();
    server_ = *std::move(server);
    return "https://127.0.0.1:" + std::to_string(server_->port());
  }

  Result<Response> visit(const std::string& url, const ClientTls& tls) {
    auto client = makeCpprestClient(url, tls);
    if (!client) return client.error();
    return (*client)->send({}, {});
  }

  TestCa ca_;
  std::unique_ptr<Server> server_;
};

TEST_F(ClientTlsTest, TrustsTheGivenAuthority) {
  const std::string url = serve(ca_.issue("guide", {"IP:127.0.0.1"}));
  ClientTls tls;
  tls.ca = ca_.certificate();
  const auto response = visit(url, tls);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "hello");
}

TEST_F(ClientTlsTest, TrustsNobodyElse) {
  const std::string url = serve(ca_.issue("guide", {"IP:127.0.0.1"}));
  ClientTls tls;
  tls.ca = TestCa().certificate();
  const auto foreign = visit(url, tls);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code(), ErrorCode::Unavailable);
  EXPECT_FALSE(visit(url, {})) << "the system's store cannot know a test authority";
}

TEST_F(ClientTlsTest, VerifiesTheName) {
  const std::string url = serve(ca_.issue("elsewhere", {"DNS:elsewhere"}));
  ClientTls tls;
  tls.ca = ca_.certificate();
  EXPECT_FALSE(visit(url, tls));
  tls.skipVerify = true;
  EXPECT_TRUE(visit(url, tls));
}

TEST_F(ClientTlsTest, ServerNameReplacesTheHost) {
  const std::string url = serve(ca_.issue("operator", {"DNS:operator.system.svc"}));
  ClientTls tls;
  tls.ca = ca_.certificate();
  EXPECT_FALSE(visit(url, tls));
  tls.serverName = "operator.system.svc";
  const auto response = visit(url, tls);
  EXPECT_TRUE(response) << response.error().message();
}

TEST_F(ClientTlsTest, RefusesBrokenMaterial) {
  const TestIdentity one = ca_.issue("one", {});
  const TestIdentity two = ca_.issue("two", {});
  const std::string cut = one.certificate.substr(0, one.certificate.size() / 2);
  struct Case {
    const char* name;
    ClientTls tls;
    const char* says;
  };
  const auto tls = [](std::string ca, std::string certificate, std::string key) {
    ClientTls made;
    made.ca = std::move(ca);
    made.certificate = std::move(certificate);
    made.key = std::move(key);
    return made;
  };
  for (const Case& c : {
           Case{"no PEM", tls("nonsense", "", ""), "authority"},
           Case{"cut PEM", tls(cut, "", ""), "authority"},
           Case{"no key", tls("", one.certificate, ""), "together"},
           Case{"no certificate", tls("", "", one.key), "together"},
           Case{"broken certificate", tls("", cut, one.key), "certificate"},
           Case{"broken key", tls("", one.certificate, "x"), "key"},
           Case{"another's key", tls("", one.certificate, two.key), "together"},
       }) {
    const auto material = ClientTlsMaterial::load(c.tls);
    ASSERT_FALSE(material) << c.name;
    EXPECT_EQ(material.error().code(), ErrorCode::InvalidArgument) << c.name;
    EXPECT_NE(material.error().message().find(c.says), std::string::npos)
        << c.name << ": " << material.error().message();
  }
}

TEST_F(ClientTlsTest, ContextShowsTheCertificateAndRefusesOldProtocols) {
  const TestIdentity one = ca_.issue("one", {});
  ClientTls tls;
  tls.ca = ca_.certificate();
  tls.certificate = one.certificate;
  tls.key = one.key;
  const auto material = ClientTlsMaterial::load(tls);
  ASSERT_TRUE(material) << material.error().message();
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  (*material)->apply(context);
  EXPECT_NE(SSL_CTX_get0_certificate(context), nullptr);
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context), TLS1_2_VERSION);
  SSL_CTX_free(context);
}

}  // namespace
}  // namespace shopkeeper::http
