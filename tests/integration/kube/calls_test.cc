// Single calls against a real API server, and what it refuses.
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "operator/kube/finalizer.h"
#include "operator/kube/rest_client.h"
#include "tests/integration/kube/api_server.h"
#include "tests/testing/kube_doubles.h"
#include "tests/testing/raw_server.h"

namespace shopkeeper::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::makeObject;
using testing::must;

class CallsTest : public testing::ApiServerTest {
 protected:
  Object map(const std::string& name, json extra = json::object()) {
    return makeObject(maps_, {ns_, name}, std::move(extra));
  }
  Object with(const Object& object, const char* pointer, json value) {
    json document = object.json();
    document[json::json_pointer(pointer)] = std::move(value);
    return Object(std::move(document));
  }
  const Resource& maps_ = resources::configMaps();
};

TEST_F(CallsTest, CreateReadReplacePatchDelete) {
  const auto made = client_->create(maps_, map("m", {{"data", {{"a", "1"}}}}));
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_FALSE(made->uid().empty());
  EXPECT_EQ(made->kind(), "ConfigMap");

  const auto replaced = client_->replace(maps_, with(*made, "/data/a", "2"));
  ASSERT_TRUE(replaced) << replaced.error().message();
  const auto merged =
      client_->patch(maps_, {ns_, "m"}, PatchType::Merge, {{"data", {{"b", "ü\n\"quoted\""}}}});
  ASSERT_TRUE(merged) << merged.error().message();
  const auto patched =
      client_->patch(maps_, {ns_, "m"}, PatchType::Json,
                     json::array({{{"op", "test"}, {"path", "/data/a"}, {"value", "2"}},
                                  {{"op", "replace"}, {"path", "/data/a"}, {"value", "3"}}}));
  ASSERT_TRUE(patched) << patched.error().message();
  const auto read = client_->get(maps_, {ns_, "m"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->json()["data"], (json{{"a", "3"}, {"b", "ü\n\"quoted\""}}));

  ASSERT_TRUE(client_->remove(maps_, {ns_, "m"}));
  EXPECT_EQ(client_->get(maps_, {ns_, "m"}).error().code(), ErrorCode::NotFound);
  EXPECT_EQ(client_->remove(maps_, {ns_, "m"}).error().code(), ErrorCode::NotFound);
}

TEST_F(CallsTest, ConflictIsNotAlreadyExists) {
  const auto made = client_->create(maps_, map("m"));
  ASSERT_TRUE(made);
  EXPECT_EQ(client_->create(maps_, map("m")).error().code(), ErrorCode::AlreadyExists);
  ASSERT_TRUE(client_->patch(maps_, {ns_, "m"}, PatchType::Merge, {{"data", {{"a", "1"}}}}));
  EXPECT_EQ(client_->replace(maps_, with(*made, "/data", {{"a", "9"}})).error().code(),
            ErrorCode::Conflict);
  DeleteOptions another;
  another.uid = "11111111-2222-3333-4444-555555555555";
  EXPECT_EQ(client_->remove(maps_, {ns_, "m"}, another).error().code(), ErrorCode::Conflict);
  DeleteOptions stale;
  stale.resourceVersion = made->resourceVersion();
  EXPECT_EQ(client_->remove(maps_, {ns_, "m"}, stale).error().code(), ErrorCode::Conflict);
}

TEST_F(CallsTest, InvalidObjectsNameTheirFields) {
  const auto refused = client_->create(
      resources::deployments(), makeObject(resources::deployments(), {ns_, "d"},
                                           {{"spec",
                                             {{"replicas", -1},
                                              {"selector", {{"matchLabels", {{"a", "b"}}}}},
                                              {"template",
                                               {{"metadata", {{"labels", {{"a", "c"}}}}},
                                                {"spec", {{"containers", json::array()}}}}}}}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::InvalidArgument);
  EXPECT_FALSE(refused.error().retryable());
  EXPECT_NE(refused.error().message().find("spec.replicas"), std::string::npos)
      << refused.error().message();
  EXPECT_NE(refused.error().message().find("spec.template.spec.containers"), std::string::npos);
}

TEST_F(CallsTest, MegabyteObjectsPassAndLargerOnesAreRefused) {
  const std::string big(1'000'000, 'x');
  const auto made = client_->create(maps_, map("big", {{"data", {{"a", big}}}}));
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(
      must(client_->get(maps_, {ns_, "big"})).json()["data"]["a"].get_ref<const std::string&>(),
      big);
  EXPECT_EQ(must(listAll(*client_, maps_, {ns_, "", "", 500})).items.size(), 1u);
  const auto larger =
      client_->create(maps_, map("larger", {{"data", {{"a", std::string(3'500'000, 'x')}}}}));
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error().code(), ErrorCode::TooLarge) << larger.error().message();
}

TEST_F(CallsTest, ListsOf1200ObjectsComeInPages) {
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string name = "m" + std::to_string(t) + "-" + std::to_string(i);
        const json labels = {{"metadata", {{"labels", {{"half", i % 2 == 0 ? "even" : "odd"}}}}}};
        if (!client_->create(maps_, map(name, labels))) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_EQ(failed.load(), 0);
  ListOptions options;
  options.ns = ns_;
  int pages = 0;
  std::string token;
  std::size_t items = 0;
  do {
    const auto page = client_->listPage(maps_, options, token, {});
    ASSERT_TRUE(page) << page.error().message();
    EXPECT_LE(page->items.size(), 500u);
    items += page->items.size();
    token = page->continueToken;
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(items, 1200u);
  EXPECT_EQ(pages, 3);
  options.labelSelector = "half=even";
  EXPECT_EQ(must(listAll(*client_, maps_, options)).items.size(), 600u);
  options.labelSelector = "half in (even,odd), !other";
  options.fieldSelector = "metadata.name=m0-7";
  EXPECT_EQ(must(listAll(*client_, maps_, options)).items.size(), 1u);
  options.fieldSelector = "metadata.nonsense=1";
  EXPECT_EQ(listAll(*client_, maps_, options).error().code(), ErrorCode::InvalidArgument);
}

TEST_F(CallsTest, TokensOfServiceAccountsAreReviewed) {
  const Resource& accounts = resources::serviceAccounts();
  ASSERT_TRUE(client_->create(accounts, makeObject(accounts, {ns_, "sidecar"})));
  const Object request(json{{"apiVersion", "authentication.k8s.io/v1"},
                            {"kind", "TokenRequest"},
                            {"metadata", {{"namespace", ns_}, {"name", "sidecar"}}},
                            {"spec", {{"audiences", {"shopkeeper"}}, {"expirationSeconds", 600}}}});
  const auto token = client_->create(accounts, request, {}, "token");
  ASSERT_TRUE(token) << token.error().message();
  const auto review = [&](const std::string& text, const char* audience) {
    return client_->create(resources::tokenReviews(),
                           Object(json{{"apiVersion", "authentication.k8s.io/v1"},
                                       {"kind", "TokenReview"},
                                       {"spec", {{"token", text}, {"audiences", {audience}}}}}));
  };
  const std::string text = token->json()["status"]["token"];
  const auto good = review(text, "shopkeeper");
  ASSERT_TRUE(good) << good.error().message();
  EXPECT_EQ(good->json()["status"]["authenticated"], true);
  EXPECT_EQ(good->json()["status"]["user"]["username"],
            "system:serviceaccount:" + ns_ + ":sidecar");
  EXPECT_NE(must(review(text, "somebody-else")).json()["status"].value("authenticated", false),
            true);
  EXPECT_NE(must(review("nonsense", "shopkeeper")).json()["status"].value("authenticated", false),
            true);
}

TEST_F(CallsTest, RightsAndTokensAreChecked) {
  ClusterConfig config = server_->config();
  config.tls.certificate.clear();
  config.tls.key.clear();
  config.token = staticToken("nonsense");
  EXPECT_EQ((*connect(config, nullptr))->get(maps_, {ns_, "m"}).error().code(),
            ErrorCode::Unauthenticated);
  config.token = nullptr;  // system:anonymous
  EXPECT_EQ((*connect(config, nullptr))->get(maps_, {ns_, "m"}).error().code(),
            ErrorCode::PermissionDenied);

  const auto file = std::filesystem::temp_directory_path() / ("token-" + std::to_string(getpid()));
  std::ofstream(file) << "expired";
  config.token = tokenFile(file, systemClock());
  const auto rotated = connect(config, nullptr);
  EXPECT_FALSE((*rotated)->read("/version"));
  std::ofstream(file) << server_->adminToken();
  const auto version = (*rotated)->read("/apis");  // refused, read again, accepted
  EXPECT_TRUE(version) << version.error().message();
  std::filesystem::remove(file);
}

TEST_F(CallsTest, KnowsWhichKindsAreServed) {
  const auto served = [&](const Resource& resource) {
    const auto answer = isServed(*client_, resource);
    EXPECT_TRUE(answer) << answer.error().message();
    return answer.value_or(false);
  };
  EXPECT_TRUE(served(resources::deployments()));
  EXPECT_TRUE(served(resources::pods()));
  EXPECT_FALSE(served({"nobody.example", "v1", "things", "Thing"}));
  EXPECT_FALSE(served({"apps", "v1", "things", "Thing"}));
}

TEST_F(CallsTest, FinalizersHoldAndRelease) {
  const auto made = client_->create(maps_, map("m"));
  ASSERT_TRUE(made);
  const auto held = ensureFinalizer(*client_, maps_, *made, "shopkeeper.dev/test");
  ASSERT_TRUE(held) << held.error().message();
  EXPECT_EQ(ensureFinalizer(*client_, maps_, *made, "shopkeeper.dev/late").error().code(),
            ErrorCode::Conflict);
  ASSERT_TRUE(client_->remove(maps_, {ns_, "m"}));
  const auto dying = client_->get(maps_, {ns_, "m"});
  ASSERT_TRUE(dying);
  EXPECT_TRUE(dying->deleting());
  ASSERT_TRUE(removeFinalizer(*client_, maps_, *held, "shopkeeper.dev/test"));  // from a stale copy
  EXPECT_EQ(client_->get(maps_, {ns_, "m"}).error().code(), ErrorCode::NotFound);
}

TEST_F(CallsTest, DeadServerIsUnavailableInTime) {
  ClusterConfig config = server_->config();
  config.server = "https://127.0.0.1:1";
  EXPECT_EQ((*connect(config, nullptr))->read("/version").error().code(), ErrorCode::Unavailable);
}

// The API server itself cannot be made to say this on command.
TEST(Throttling, RetryAfterIsHonouredOverARealConnection) {
  std::atomic<int> requests{0};
  testing::RawServer server([&](testing::RawConnection& connection, int) {
    while (!connection.readRequest().empty()) {
      connection.write(++requests == 1
                           ? testing::fixedResponse(429, "Retry-After: 1\r\n", "slow down")
                           : testing::fixedResponse(200, "", R"({"kind":"X"})"));
    }
  });
  ClusterConfig config;
  config.server = server.url();
  const auto client = connect(config, nullptr);
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = (*client)->read("/version");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s);
  EXPECT_EQ(requests.load(), 2);
}

}  // namespace
}  // namespace shopkeeper::kube
