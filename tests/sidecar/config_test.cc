#include "sidecar/agent/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::string kMinimal = "guide: demo\nnamespace: shop\ncomponent: search\n";

TEST(Config, EveryFieldButThreeHasItsDefault) {
  const auto config = parseConfig(kMinimal);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->ingress.listen.text(), "0.0.0.0:8080");
  EXPECT_EQ(config->ingress.service.text(), "127.0.0.1:9080");
  EXPECT_EQ(config->ingress.limits.maxBodyBytes, 1'048'576u);
  EXPECT_EQ(config->egress.listen.text(), "127.0.0.1:9000");
  EXPECT_EQ(config->admin.listen.text(), "0.0.0.0:8081");
  EXPECT_EQ(config->probe.path, "/readyz");
  EXPECT_EQ(config->probe.expect, "");
  EXPECT_EQ(config->control.interval, milliseconds(1000));
  EXPECT_EQ(config->drain.settle, milliseconds(3000));
  EXPECT_TRUE(config->upstreams.empty());
}

TEST(Config, TheExampleOfTheArchitecturePageIsAccepted) {
  const auto config = parseConfig(R"(
guide: demo
namespace: shop
component: search
version: "1.4.0"
ingress: {listen: "0.0.0.0:8080", service: "127.0.0.1:9080", maxConnections: 1024, maxHeaderBytes: 16384, maxBodyBytes: 1048576, requestTimeoutMs: 10000}
egress: {listen: "127.0.0.1:9000"}
admin: {listen: "0.0.0.0:8081", drainToken: abc}
probe: {path: /readyz, expect: '"ready":true', intervalMs: 500, timeoutMs: 1000, failureThreshold: 2, successThreshold: 1}
control: {address: "shopkeeper-operator.shopkeeper-system.svc:8443", serverName: shopkeeper-operator.shopkeeper-system.svc, caFile: /etc/shopkeeper/ca/ca.crt, tokenFile: /var/run/secrets/shopkeeper/token, intervalMs: 1000}
drain: {settleMs: 3000, timeoutMs: 20000}
stateDir: /var/lib/shopkeeper-sidecar
upstreams:
  - {name: knowledge, dns: "demo-knowledge.shop.svc.cluster.local", port: 8080, timeoutMs: 5000, retryBudgetPercent: 20}
)");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->version, "1.4.0");
  EXPECT_EQ(config->admin.drainToken, "abc");
  EXPECT_EQ(config->probe.expect, "\"ready\":true");
  ASSERT_EQ(config->upstreams.size(), 1u);
  EXPECT_EQ(config->upstreams[0].dns, "demo-knowledge.shop.svc.cluster.local");
}

TEST(Config, TcpPortsHaveLimitsAndUniqueNames) {
  const auto config = parseConfig(kMinimal + R"(
egress: {tcp: [{name: database, listen: "127.0.0.1:5432", upstream: knowledge},
               {name: other, listen: "127.0.0.1:5433", upstream: search, maxConnections: 9, idleTimeoutMs: 70}]}
)");
  ASSERT_TRUE(config) << config.error().message();
  ASSERT_EQ(config->egress.tcp.size(), 2u);
  EXPECT_EQ(config->egress.tcp[0].listen.port, 5432);
  EXPECT_EQ(config->egress.tcp[0].maxConnections, 256u);
  EXPECT_EQ(config->egress.tcp[0].idleTimeout, std::chrono::hours(1));
  EXPECT_EQ(config->egress.tcp[1].maxConnections, 9u);
  EXPECT_FALSE(parseConfig(kMinimal + R"(
egress: {tcp: [{name: a, listen: "127.0.0.1:1", upstream: x}, {name: a, listen: "127.0.0.1:2", upstream: x}]}
)"));
}

TEST(Config, TheMeshIsOffUnlessAsked) {
  EXPECT_EQ(parseConfig(kMinimal)->mesh.mode, MeshMode::Off);
  const auto strict = parseConfig(kMinimal + "mesh: {mode: Strict, caFile: /other/ca.crt}\n");
  ASSERT_TRUE(strict) << strict.error().message();
  EXPECT_EQ(strict->mesh.mode, MeshMode::Strict);
  EXPECT_EQ(strict->mesh.caFile, "/other/ca.crt");
  EXPECT_EQ(strict->mesh.certFile, "/etc/shopkeeper/mesh/tls.crt");
  EXPECT_FALSE(strict->mesh.ingressTakesPlain());
  EXPECT_TRUE(parseConfig(kMinimal + "mesh: {mode: Strict, ingress: Permissive}\n")
                  ->mesh.ingressTakesPlain());
  EXPECT_FALSE(parseConfig(kMinimal + "mesh: {mode: strict}\n"));
  EXPECT_FALSE(parseConfig(kMinimal + "mesh: {mode: Strict, ingress: Off}\n"));
  EXPECT_FALSE(parseConfig(kMinimal + "mesh: {ingress: Strict}\n"));
}

struct Mistake {
  std::string yaml;   // after the three required fields
  std::string names;  // what the sentence must name
  std::string rule;   // and what it must say is allowed
};

class ConfigMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakes, NamesTheFieldAndWhatIsAllowed) {
  const auto config = parseConfig(kMinimal + GetParam().yaml);
  ASSERT_FALSE(config) << GetParam().yaml;
  EXPECT_EQ(config.error().code(), ErrorCode::InvalidArgument);
  EXPECT_THAT(config.error().message(), HasSubstr(GetParam().names));
  EXPECT_THAT(config.error().message(), HasSubstr(GetParam().rule));
  EXPECT_EQ(config.error().message().find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigMistakes,
    ::testing::Values(
        Mistake{"ingres: {}\n", "ingres", "not a known field"},
        Mistake{"ingress: {listen: 8080}\n", "ingress.listen", "IP:PORT"},
        Mistake{"ingress: {listen: \"localhost:8080\"}\n", "ingress.listen", "IP:PORT"},
        Mistake{"ingress: {listen: \"0.0.0.0:99999\"}\n", "ingress.listen", "IP:PORT"},
        Mistake{"ingress: {service: \"127.0.0.1:0\"}\n", "ingress.service", "port from 1"},
        Mistake{"ingress: {maxConnections: 0}\n", "ingress.maxConnections", "from 1 to 65536"},
        Mistake{"ingress: {maxConnections: -4}\n", "ingress.maxConnections", "whole number"},
        Mistake{"ingress: {maxConnections: 1e3}\n", "ingress.maxConnections", "whole number"},
        Mistake{"ingress: {maxConnections: many}\n", "ingress.maxConnections", "whole number"},
        Mistake{"ingress: {maxHeaderBytes: 100}\n", "ingress.maxHeaderBytes", "from 1024"},
        Mistake{"ingress: {maxBodyBytes: -1}\n", "ingress.maxBodyBytes", "from 0"},
        Mistake{"ingress: {requestTimeoutMs: 0}\n", "ingress.requestTimeoutMs", "from 10"},
        Mistake{"ingress: {maxheaderbytes: 4096}\n", "maxheaderbytes", "allowed are"},
        Mistake{"ingress: [1, 2]\n", "ingress", "must be a mapping"},
        Mistake{"ingress: 5\n", "ingress", "must be a mapping"},
        Mistake{"egress: {connectTimeoutMs: 100000}\n", "egress.connectTimeoutMs", "to 60000"},
        Mistake{"egress: {checkPort: 70000}\n", "egress.checkPort", "to 65535"},
        Mistake{"admin: {listen: \":8081\"}\n", "admin.listen", "IP:PORT"},
        Mistake{"admin: {drainToken: [a]}\n", "admin.drainToken", "must be a text"},
        Mistake{"probe: {path: readyz}\n", "probe.path", "begins with '/'"},
        Mistake{"probe: {path: \"/a b\"}\n", "probe.path", "begins with '/'"},
        Mistake{"probe: {expect: [ok]}\n", "probe.expect", "must be a text"},
        Mistake{"probe: {expect: \"" + std::string(257, 'x') + "\"}\n", "probe.expect",
                "at most 256 bytes"},
        Mistake{"probe: {failureThreshold: 0}\n", "probe.failureThreshold", "from 1 to 100"},
        Mistake{"control: {address: operator}\n", "control.address", "HOST:PORT"},
        Mistake{"control: {address: \"operator:0\"}\n", "control.address", "port from 1"},
        Mistake{"control: {intervalMs: 5}\n", "control.intervalMs", "from 100"},
        Mistake{"control: {caFile: ca.crt}\n", "control.caFile", "begins with '/'"},
        Mistake{"drain: {settleMs: -1}\n", "drain.settleMs", "from 0"},
        Mistake{"log: {accessSample: -1}\n", "log.accessSample", "from 0"},
        Mistake{"workers: 65\n", "workers", "from 1 to 64"},
        Mistake{"stateDir: relative\n", "stateDir", "begins with '/'"},
        Mistake{"upstreams: {name: a}\n", "upstreams", "must be a list"},
        Mistake{"upstreams:\n  - {dns: a.b}\n", "upstreams[0].name", "is missing"},
        Mistake{"upstreams:\n  - {name: Search, dns: a}\n", "upstreams[0].name", "a-z, 0-9"},
        Mistake{"upstreams:\n  - {name: search}\n", "upstreams[0].dns", "is missing"},
        Mistake{"upstreams:\n  - {name: a, dns: b, port: 0}\n", "upstreams[0].port", "from 1"},
        Mistake{"upstreams:\n  - {name: a, dns: b, retryBudgetPercent: 101}\n",
                "upstreams[0].retryBudgetPercent", "from 0 to 100"},
        Mistake{"upstreams:\n  - {name: a, dns: b}\n  - {name: a, dns: c}\n", "upstreams[1].name",
                "another upstream has already"},
        Mistake{"workers: 1\nworkers: 2\n", "workers", "twice"},
        Mistake{"x: [\n", "", "not valid YAML"}));

TEST(Config, TheThreeRequiredFieldsAreNamedWhenMissing) {
  EXPECT_THAT(parseConfig("").error().message(), HasSubstr("guide is missing"));
  EXPECT_THAT(parseConfig("guide: demo").error().message(), HasSubstr("namespace is missing"));
  EXPECT_THAT(parseConfig("guide: demo\nnamespace: s").error().message(),
              HasSubstr("component is missing"));
  EXPECT_THAT(parseConfig("- a\n- b").error().message(), HasSubstr("must be a mapping"));
  EXPECT_THAT(parseConfig("guide: Demo Shop").error().message(), HasSubstr("a-z, 0-9"));
}

TEST(Config, AHugeDocumentIsRefusedBeforeItIsParsed) {
  EXPECT_THAT(parseConfig(std::string(300'000, ' ')).error().message(), HasSubstr("262144"));
}

TEST(Config, AMissingFileIsNamed) {
  const auto config = loadConfig("/no/such/sidecar.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code(), ErrorCode::NotFound);
  EXPECT_THAT(config.error().message(), HasSubstr("/no/such/sidecar.yaml"));
}

TEST(HostPort, ReadsNamesAddressesAndIpv6Literals) {
  EXPECT_EQ(parseHostPort("10.0.0.7:8080")->text(), "10.0.0.7:8080");
  EXPECT_EQ(parseHostPort("[::1]:80")->host, "::1");
  EXPECT_EQ(parseHostPort("[::1]:80")->text(), "[::1]:80");
  for (const char* bad : {"", ":", "a", "a:", ":1", "::1:80", "a:b", "a:1 ", "a/b:1", "a:65536"}) {
    EXPECT_FALSE(parseHostPort(bad)) << bad;
  }
}

}  // namespace
}  // namespace shopkeeper::sidecar
