#include "sidecar/agent/directive_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sidecar/agent/directive_file.h"

namespace shopkeeper::sidecar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SidecarConfig config() {
  SidecarConfig made;
  made.guide = "demo";
  made.nameSpace = "shop";
  made.component = "ui";
  made.upstreams = {{"search", "demo-search.shop.svc", 8080, milliseconds(1500), 10}};
  return made;
}

wire::Directives directives(std::uint64_t generation, std::vector<std::string> addresses) {
  wire::Directives made;
  made.guide = "demo";
  made.nameSpace = "shop";
  made.generation = generation;
  wire::Upstream search;
  search.name = "search";
  for (auto& address : addresses) {
    wire::Endpoint endpoint;
    endpoint.address = std::move(address);
    search.endpoints.push_back(std::move(endpoint));
  }
  made.upstreams.push_back(std::move(search));
  return made;
}

std::vector<std::string> addresses(const std::vector<wire::Upstream>& specs,
                                   std::size_t index = 0) {
  std::vector<std::string> found;
  for (const auto& endpoint : specs.at(index).endpoints) found.push_back(endpoint.address);
  return found;
}

class DirectiveStateTest : public ::testing::Test {
 protected:
  const SidecarConfig config_ = config();
  DirectiveState state_{config_};
  MonotonicTime now_{std::chrono::hours(1)};
};

TEST_F(DirectiveStateTest, BeforeAnyDirectivesDnsIsAsked) {
  EXPECT_TRUE(state_.fallback(now_));
  auto specs = state_.effective(now_);
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].policy.timeoutMs, 1500);
  EXPECT_EQ(specs[0].policy.retries.budgetPercent, 10);
  EXPECT_THAT(addresses(specs), IsEmpty());
  state_.onLookup("search", {"10.0.0.1", "10.0.0.2"});
  EXPECT_THAT(addresses(state_.effective(now_)), ElementsAre("10.0.0.1:8080", "10.0.0.2:8080"));
}

TEST_F(DirectiveStateTest, DirectivesRuleWhileTheOperatorAnswers) {
  state_.onLookup("search", {"10.0.0.1"});
  EXPECT_TRUE(*state_.offer(directives(7, {"10.0.0.5:8080"})));
  state_.onContact(now_);
  EXPECT_FALSE(state_.fallback(now_ + seconds(4)));
  const auto specs = state_.effective(now_);
  EXPECT_THAT(addresses(specs), ElementsAre("10.0.0.5:8080"));
  EXPECT_EQ(specs[0].policy.timeoutMs, 5000) << "the directives' own";
}

TEST_F(DirectiveStateTest, AfterFiveSilentSecondsBothAreJoined) {
  state_.offer(directives(7, {"10.0.0.5:8080", "10.0.0.1:8080"})).value();
  state_.onContact(now_);
  state_.onLookup("search", {"10.0.0.1", "10.0.0.6"});
  now_ += seconds(5);
  EXPECT_TRUE(state_.fallback(now_));
  EXPECT_THAT(addresses(state_.effective(now_)),
              ElementsAre("10.0.0.5:8080", "10.0.0.1:8080", "10.0.0.6:8080"));
  state_.onContact(now_);
  EXPECT_THAT(addresses(state_.effective(now_)), ElementsAre("10.0.0.5:8080", "10.0.0.1:8080"));
}

TEST_F(DirectiveStateTest, AnAnswerWithoutDirectivesEverDoesNotEndTheFallback) {
  state_.onContact(now_);
  EXPECT_TRUE(state_.fallback(now_));
}

TEST_F(DirectiveStateTest, OnlyNewerGenerationsAreTaken) {
  EXPECT_TRUE(*state_.offer(directives(7, {"10.0.0.5:8080"})));
  EXPECT_FALSE(*state_.offer(directives(7, {"10.0.0.6:8080"})));
  EXPECT_FALSE(*state_.offer(directives(6, {"10.0.0.6:8080"})));
  state_.onContact(now_);
  EXPECT_THAT(addresses(state_.effective(now_)), ElementsAre("10.0.0.5:8080"));
  EXPECT_TRUE(*state_.offer(directives(std::uint64_t{1} << 32, {})));
  EXPECT_THAT(addresses(state_.effective(now_)), IsEmpty());
}

TEST_F(DirectiveStateTest, AWrongAddressRefusesTheWholeSnapshot) {
  for (const char* bad : {"search-0:8080", "10.0.0.1", "10.0.0.1:0", "10.0.0.1:99999", ""}) {
    const auto taken = state_.offer(directives(7, {"10.0.0.5:8080", bad}));
    ASSERT_FALSE(taken) << bad;
    EXPECT_THAT(taken.error().message(), HasSubstr("IP:PORT"));
  }
  EXPECT_EQ(state_.generation(), 0u);
}

TEST_F(DirectiveStateTest, DirectivesOfAnotherGuideAreRefused) {
  auto other = directives(7, {});
  other.guide = "other";
  EXPECT_FALSE(state_.offer(other));
  other = directives(7, {});
  other.nameSpace = "elsewhere";
  EXPECT_FALSE(state_.offer(other));
}

TEST_F(DirectiveStateTest, AnUpstreamOnlyTheDirectivesKnowIsServed) {
  auto both = directives(7, {"10.0.0.5:8080"});
  wire::Upstream knowledge;
  knowledge.name = "knowledge";
  knowledge.pin = "demo-knowledge-0";
  knowledge.revisions = {{"1.4.0", 10'000}};
  knowledge.policy.retries.budgetPercent = 5;
  both.upstreams.push_back(knowledge);
  state_.offer(both).value();
  const auto specs = state_.effective(now_);
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[1], knowledge) << "orders, weights and policy as they came";
  EXPECT_EQ(specs[1].policy.retries.budgetPercent, 5);
}

class DirectiveFileTest : public ::testing::Test {
 protected:
  DirectiveFileTest() {
    char name[] = "/tmp/directives-XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  ~DirectiveFileTest() override { std::filesystem::remove_all(directory_); }
  void write(const std::string& content) {
    std::ofstream(directory_ + "/directives.json") << content;
  }
  std::string directory_;
};

TEST_F(DirectiveFileTest, WhatWasSavedIsLoaded) {
  const auto saved = directives(9, {"10.0.0.5:8080"});
  ASSERT_TRUE(saveDirectives(directory_, directives(8, {})));
  ASSERT_TRUE(saveDirectives(directory_, saved));
  const auto loaded = loadDirectives(directory_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(*loaded, saved);
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/directives.json.new"));
}

TEST_F(DirectiveFileTest, NoFileIsNoError) {
  const auto loaded = loadDirectives(directory_);
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->has_value());
}

TEST_F(DirectiveFileTest, ADamagedFileIsCorruptAtEveryLength) {
  const std::string whole = wire::toJson(directives(9, {"10.0.0.5:8080"}));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(whole.substr(0, length));
    const auto loaded = loadDirectives(directory_);
    ASSERT_FALSE(loaded) << length;
    EXPECT_EQ(loaded.error().code(), ErrorCode::Corrupt);
  }
}

TEST_F(DirectiveFileTest, AMissingDirectoryIsAnErrorNotACrash) {
  EXPECT_FALSE(saveDirectives(directory_ + "/none", directives(9, {})));
}

}  // namespace
}  // namespace shopkeeper::sidecar
