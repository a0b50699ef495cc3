// `ship`, `replay` and `trim` as shopkeeper-backup runs them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sidecar/backup/shipping/commands.h"
#include "sidecar/backup/shipping/retention.h"
#include "tests/integration/backup/shipping_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ShippingCommandsTest : public ShippingTest {
 protected:
  void SetUp() override {
    sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER);"
        "INSERT INTO rows VALUES (1, 0)");
  }
  // The last line it said; `stop` ends what does not end by itself.
  std::optional<Status> run(const std::string& line, const std::stop_token& stop = {}) {
    CLI::App app;
    ShippingArguments arguments;
    defineShipping(app, arguments);
    app.parse(line);
    std::ostringstream out;
    auto done = performShipping(app, arguments,
                                {store_, key_, systemClock(), systemRandom(), stop, json_, out});
    said_ = out.str();
    return done;
  }
  nlohmann::json lastLine() const {
    const auto end = said_.rfind('\n');
    const auto begin = said_.rfind('\n', end - 1);
    return nlohmann::json::parse(said_.substr(begin + 1, end - begin - 1));
  }
  std::stop_token stopped() {
    stop_.request_stop();
    return stop_.get_token();
  }
  std::string target() const { return directory_.path() + "/restored"; }

  bool json_ = true;
  std::string said_;
  std::stop_source stop_;
};

TEST_F(ShippingCommandsTest, ShipsWhatIsCommittedUntilItIsToldToEndAndReplaysIt) {
  std::jthread stopper([&] {
    EXPECT_TRUE(eventually([&] {
      const auto objects = store_->list("shipping/").value();
      return std::ranges::any_of(objects, [](const StoredObject& object) {
        return object.key.find("/base/") != std::string::npos;
      });
    }));
    sql("INSERT INTO rows VALUES (2, 0)");
    stop_.request_stop();
  });
  const auto shipped = run("ship " + database() + " --interval 0.1", stop_.get_token());
  ASSERT_TRUE(shipped && *shipped) << shipped->error().message();
  EXPECT_EQ(lastLine()["type"], "shipping");
  EXPECT_EQ(lastLine()["restorable"], true);
  EXPECT_GE(lastLine()["lagSeconds"], 0.0);
  EXPECT_FALSE(lastLine().contains("trouble"));

  const auto replayed = run("replay knowledge.db --target " + target());
  ASSERT_TRUE(replayed && *replayed) << replayed->error().message();
  EXPECT_EQ(lastLine()["path"], target() + "/knowledge.db");
  EXPECT_EQ(restore().rows.size(), 2U);
  EXPECT_EQ(run("replay knowledge.db --target " + target())->error().code(),
            ErrorCode::AlreadyExists);
}

TEST_F(ShippingCommandsTest, SaysItToPeopleInSentences) {
  json_ = false;
  ASSERT_TRUE(*run("ship " + database(), stopped()));
  EXPECT_THAT(said_, HasSubstr("shipped up to 20"));
  EXPECT_EQ(std::ranges::count(said_, '\n'), 1);
}

TEST_F(ShippingCommandsTest, TroubleIsInTheProgressAndTheOutcome) {
  store_ = std::make_shared<MemoryStore>(
      [](const std::string&, const std::string&, bool) -> std::optional<Error> {
        return Error(ErrorCode::Unavailable, "away");
      });
  const auto shipped = run("ship " + database(), stopped());
  EXPECT_EQ(shipped->error().code(), ErrorCode::Unavailable);
  EXPECT_EQ(lastLine()["trouble"], "away");
}

TEST_F(ShippingCommandsTest, ADatabaseThatCannotBeFollowedEndsItAtOnce) {
  const std::string other = directory_.path() + "/other.db";
  std::filesystem::copy(database(), other);
  sql("ATTACH '" + other + "' AS other; PRAGMA other.journal_mode=DELETE");
  EXPECT_EQ(run("ship " + other)->error().code(), ErrorCode::InvalidArgument);
}

TEST_F(ShippingCommandsTest, WrongTimesAndNamesAreSaid) {
  EXPECT_THAT(run("replay knowledge.db --target " + target() + " --at noon")->error().message(),
              HasSubstr("--at \"noon\""));
  EXPECT_EQ(run("replay a/knowledge.db --target " + target())->error().code(),
            ErrorCode::InvalidArgument);
  EXPECT_EQ(run("trim knowledge.db --before yesterday")->error().code(),
            ErrorCode::InvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(target()));
  EXPECT_EQ(run("replay other.db --target " + target())->error().code(), ErrorCode::NotFound);
}

// Three copies with rows between them; instants_[i] is when there were i + 1 rows.
class TrimTest : public ShippingTest {
 protected:
  void SetUp() override {
    sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n INTEGER PRIMARY KEY, begun INTEGER, f)");
    ShippingRules rules;
    rules.basePieceBytes = 4 << 10;
    rules.baseAfterLogBytes = 16 << 10;
    shipper_ = shipper(rules);
    for (int i = 1; i <= 9; ++i) {
      sql("INSERT INTO rows VALUES (" + std::to_string(i) + ", 0, randomblob(9000))");
      settle(*shipper_);
      std::this_thread::sleep_for(5ms);  // times have milliseconds
      instants_.push_back(systemClock().wallNow());
      std::this_thread::sleep_for(5ms);
    }
  }
  Result<Trimmed> trimBefore(std::size_t instant) {
    return trim(*store_, key_, {"shipping/", "knowledge.db", instants_[instant]});
  }
  void expectFrom(std::size_t instant) {
    for (std::size_t i = instant; i < instants_.size(); ++i) {
      const auto restored = restore(instants_[i]);
      ASSERT_TRUE(restored.status) << restored.status.error().message();
      EXPECT_EQ(restored.rows.size(), i + 1);
    }
  }

  std::unique_ptr<Shipper> shipper_;
  std::vector<WallTime> instants_;
};

TEST_F(TrimTest, EveryInstantFromTheOldestOnStaysRestorable) {
  for (std::size_t oldest = 0; oldest < instants_.size(); ++oldest) {
    ASSERT_TRUE(trimBefore(oldest));
    expectFrom(oldest);
  }
  EXPECT_EQ(restore(instants_[0]).status.error().code(), ErrorCode::NotFound);
  EXPECT_EQ(trimBefore(8)->removed, 0U);
  sql("INSERT INTO rows VALUES (10, 0, NULL)");  // the shipper does not mind
  settle(*shipper_);
  EXPECT_EQ(shipper_->state().streamsBroken, 0U);
  EXPECT_EQ(restore().rows.size(), 10U);
}

TEST_F(TrimTest, ARemovalThatEndsAnywhereLeavesNoHalfCopyThatIsTakenForWhole) {
  const auto names = store_->list("").value();
  std::uint64_t removals = 0;
  for (int allowed = 0;; ++allowed) {
    int calls = 0;
    const auto whole = std::make_shared<MemoryStore>(
        [&](const std::string& call, const std::string&, bool done) -> std::optional<Error> {
          if (call == "remove" && !done && calls++ == allowed) {
            return Error(ErrorCode::Unavailable, "killed");
          }
          return std::nullopt;
        });
    for (const auto& object : names) {
      ASSERT_TRUE(whole->put(object.key, store_->get(object.key).value(), PutMode::CreateOnly));
    }
    const auto trimmed = trim(*whole, key_, {"shipping/", "knowledge.db", instants_[7]});
    const auto kept = std::exchange(store_, whole);
    expectFrom(7);
    // Earlier ones are had exactly or not at all.
    for (std::size_t i = 0; i < 7; ++i) {
      const auto restored = restore(instants_[i]);
      EXPECT_LE(restored.rows.size(), i + 1);
    }
    store_ = kept;
    if (trimmed) {
      removals = trimmed->removed;
      break;
    }
  }
  EXPECT_GT(removals, 5U);
}

TEST_F(TrimTest, CredentialsThatCanOnlyAddKeepShippingAndTrimNothing) {
  const auto addOnly = std::make_shared<MemoryStore>(
      [](const std::string& call, const std::string&, bool) -> std::optional<Error> {
        if (call == "remove") return Error(ErrorCode::PermissionDenied, "AccessDenied");
        return std::nullopt;
      });
  const auto objects = store_->list("").value();
  for (const auto& object : objects) {
    ASSERT_TRUE(addOnly->put(object.key, store_->get(object.key).value(), PutMode::CreateOnly));
  }
  store_ = addOnly;
  EXPECT_EQ(trimBefore(8).error().code(), ErrorCode::PermissionDenied);
  const auto shipper = this->shipper();
  shipper_.reset();
  sql("INSERT INTO rows VALUES (10, 0, NULL)");
  settle(*shipper);
  EXPECT_EQ(restore().rows.size(), 10U);
  expectFrom(0);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
