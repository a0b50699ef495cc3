// The program with its repository in a bucket of a real S3 server.
#include "tests/integration/backup/program_fixture.h"
#include "tests/integration/backup/s3_server.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class ProgramS3Test : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    std::string whyNot;
    S3Server* const server = sharedS3Server(whyNot);
    if (server == nullptr) GTEST_SKIP() << whyNot;
    const S3Options bucket = server->optionsForNewBucket();
    bucketUrl_ = "s3:" + bucket.endpoint + "/" + bucket.bucket + "/guides/demo";
    environment_ = {{"AWS_ACCESS_KEY_ID", bucket.credentials.accessKey},
                    {"AWS_SECRET_ACCESS_KEY", bucket.credentials.secretKey},
                    {"SHOPKEEPER_BACKUP_REPOSITORY", bucketUrl_},
                    {"SHOPKEEPER_BACKUP_PASSWORD_FILE", password},
                    {"RESTIC_REPOSITORY", bucketUrl_},
                    {"RESTIC_PASSWORD_FILE", password},
                    {"OURS", builtBeside("shopkeeper-backup")},
                    {"DATABASE", source + "/knowledge.db"},
                    {"TARGET", target},
                    {"LOG", directory.path() + "/ship.log"},
                    {"no_proxy", "127.0.0.1"}};
    fs::create_directories(source);
  }

  Finished bash(const std::string& script) const {
    return run({"bash", "-c", "set -euo pipefail\n" + script}, environment_);
  }

  std::string bucketUrl_;
  Environment environment_;
};

TEST_F(ProgramS3Test, BothProgramsReadWhatIsInTheBucket) {
  SKIP_WITHOUT_RESTIC();
  makeOddTree(source);
  environment_.emplace_back("SOURCE", source);
  const Finished done = bash(R"($OURS init
$OURS backup "$SOURCE"
restic --no-cache check --read-data
$OURS restore --from "$SOURCE" --target "$TARGET"
$OURS check --read-data)");
  EXPECT_EQ(done.exit, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("no errors were found"));
  EXPECT_THAT(differences(source, target), IsEmpty());
}

TEST_F(ProgramS3Test, WrongKeysAreOneSentence) {
  for (auto& [name, value] : environment_) {
    if (name == "AWS_SECRET_ACCESS_KEY") value = "wrong";
  }
  const Finished refused = bash("$OURS init");
  EXPECT_NE(refused.exit, 0);
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
}

TEST_F(ProgramS3Test, ShipsADatabaseToAnInstantBetweenTwoWrites) {
  if (findProgram("sqlite3").empty()) GTEST_SKIP() << "apt-get install sqlite3";
  const Finished done = bash(R"($OURS init
sqlite3 "$DATABASE" 'PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES(1)'
$OURS --json ship "$DATABASE" --interval 0.2 >"$LOG" &
shipper=$!
trap 'kill $shipper 2>/dev/null || true' EXIT
shipped() {  # everything that was committed before the call
  now=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  for _ in $(seq 600); do
    at=$(tail -n 1 "$LOG" | jq -r 'select(.restorable) | .shippedUpTo // ""')
    if [[ $at > $now ]]; then return 0; fi
    sleep 0.1
  done
  return 1
}
shipped
between=$at
sqlite3 "$DATABASE" 'INSERT INTO t VALUES(2)'
shipped
kill -TERM $shipper
wait $shipper
$OURS replay knowledge.db --target "$TARGET-before" --at "$between"
$OURS replay knowledge.db --target "$TARGET-newest"
$OURS trim knowledge.db --before "$between"
restic --no-cache snapshots >/dev/null  # what lies beside the repository does not trouble it
for which in before newest; do sqlite3 "$TARGET-$which/knowledge.db" 'SELECT count(*) FROM t'; done
)");
  ASSERT_EQ(done.exit, 0) << done.out << done.err;
  EXPECT_TRUE(done.out.ends_with("1\n2\n")) << done.out;
}

}  // namespace
}  // namespace shopkeeper::backup::testing
