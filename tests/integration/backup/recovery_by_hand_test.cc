// Does what docs/formats/shipping.md says, with the tools it names and none of ours; and the same
// through a real S3 server that goes away.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sidecar/backup/repository/repository.h"
#include "sidecar/backup/storage/directory_store.h"
#include "tests/integration/backup/s3_server.h"
#include "tests/integration/backup/shipping_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using namespace std::chrono_literals;

bool shell(const std::string& command) { return std::system(command.c_str()) == 0; }

std::string fileText(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class RecoveryByHandTest : public ShippingTest {
 protected:
  void SetUp() override {
    for (const char* tool : {"restic", "openssl", "zstd", "jq", "sqlite3"}) {
      if (!shell(std::string("command -v ") + tool + " >/dev/null")) {
        GTEST_SKIP() << tool << " is not installed";
      }
    }
    const char* source = std::getenv("SHOPKEEPER_SOURCE_DIR");
    if (source == nullptr) GTEST_SKIP() << "SHOPKEEPER_SOURCE_DIR is not set; run it by ctest";
    const std::string page = fileText(std::string(source) + "/docs/formats/shipping.md");
    const auto begin = page.find("```bash\n");
    ASSERT_NE(begin, std::string::npos);
    std::ofstream(directory_.path() + "/recover.sh")
        << page.substr(begin + 8, page.find("```\n", begin + 8) - begin - 8);
    ::setenv("RESTIC_PASSWORD", "secret", 1);
    ::setenv("RESTIC_CACHE_DIR", (directory_.path() + "/cache").c_str(), 1);
    ASSERT_TRUE(shell("restic -q -r " + repository() + " init >/dev/null"));
    store_ = std::move(DirectoryStore::open(repository()).value());
    const auto opened = Repository::open({*store_, ""}, "secret");
    ASSERT_TRUE(opened) << opened.error().message();
    key_ = (*opened)->key();
  }

  std::string repository() const { return directory_.path() + "/repository"; }
  // The rows that are there after recover.sh; -1 where it fails.
  long recover(WallTime at) {
    const std::string target = directory_.path() + "/by-hand.db";
    const std::string out = directory_.path() + "/out";
    std::filesystem::remove(target);
    if (!shell("bash " + directory_.path() + "/recover.sh " + repository() + " knowledge.db " +
               toRfc3339(at) + " " + target + " >" + out + " 2>&1")) {
      said_ = fileText(out);
      return -1;
    }
    EXPECT_TRUE(shell("sqlite3 " + target + " 'SELECT count(*) FROM rows' >" + out));
    return std::stol(fileText(out));
  }

  std::string said_;
};

TEST_F(RecoveryByHandTest, RestoresAnyInstantWithStandardToolsOnly) {
  Writer writer(database(), {.rows = 400,
                             .pauseUs = 1'000,
                             .rowBytes = 3'000,
                             .checkpointEvery = 40,
                             .autoCheckpoint = 50});
  writer.waitForRows(10);
  ShippingRules rules;
  rules.basePieceBytes = 64 << 10;
  rules.collector.maxPartBytes = 128 << 10;
  const auto shipper = this->shipper(rules);
  {
    AtWork work(*shipper);
    writer.wait();
  }
  const auto written = writer.rows();
  EXPECT_EQ(recover(systemClock().wallNow()), 400) << said_;
  for (const std::size_t i : {150U, 250U, 350U}) {
    const WallTime at{std::chrono::duration_cast<WallTime::duration>(
        std::chrono::nanoseconds(written[i].committedNs))};
    const auto ours = restore(at);
    ASSERT_TRUE(ours.status) << ours.status.error().message();
    EXPECT_EQ(recover(at), static_cast<long>(ours.rows.size())) << said_;
  }
  EXPECT_EQ(recover(systemClock().wallNow() - 1h), -1);
  EXPECT_THAT(said_, ::testing::HasSubstr("no copy is from so early"));
  // restic does not mind its neighbours.
  EXPECT_TRUE(shell("restic -q -r " + repository() + " check >/dev/null"));
}

TEST_F(RecoveryByHandTest, DamageIsNoticed) {
  sql("PRAGMA journal_mode=WAL; CREATE TABLE rows(n); INSERT INTO rows VALUES (1)");
  const auto shipper = this->shipper();
  settle(*shipper);
  sql("INSERT INTO rows VALUES (2)");
  settle(*shipper);
  const auto objects = store_->list("shipping/").value();
  const std::string last = objects.back().key;
  Bytes bytes = store_->get(last).value();
  bytes[bytes.size() / 2] ^= std::byte{1};
  ASSERT_TRUE(store_->put(last, bytes, PutMode::Replace));
  EXPECT_EQ(recover(systemClock().wallNow()), -1);
  EXPECT_THAT(said_, ::testing::HasSubstr("is damaged"));
}

TEST_F(ShippingTest, ABucketWhoseServerDiesForAWhileIsCaughtUpWith) {
  std::string whyNot;
  const auto server = S3Server::start(whyNot);
  if (server == nullptr) GTEST_SKIP() << whyNot;
  store_ = std::move(S3Store::make(server->optionsForNewBucket()).value());
  Writer writer(database(), {.pauseUs = 2'000, .rowBytes = 1'000});
  writer.waitForRows(10);
  const auto shipper = this->shipper();
  {
    AtWork work(*shipper);
    ASSERT_TRUE(eventually([&] { return shipper->state().restorable; }));
    server->kill();
    writer.waitForRows(static_cast<long>(writer.rows().size()) + 500);
    server->startAgain();
    writer.waitForRows(static_cast<long>(writer.rows().size()) + 100);
    writer.kill();
    const WallTime end = systemClock().wallNow();
    ASSERT_TRUE(
        eventually([&] { return shipper->state().shippedUpTo.value_or(WallTime()) > end; }));
  }
  EXPECT_EQ(shipper->state().streamsBroken, 0U);
  expectExactly(restore(), writer.rows(), systemClock().wallNow(), WallTime::max());
}

}  // namespace
}  // namespace shopkeeper::backup::testing
