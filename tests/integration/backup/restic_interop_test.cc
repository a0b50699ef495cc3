// The official program as the oracle: what we write it reads, and what it writes we read.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/integration/backup/program_fixture.h"
#include "tests/sidecar/backup/repository/test_data.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class ResticInterop : public ProgramTest {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_RESTIC();
    ProgramTest::SetUp();
    makeOddTree(source);
    // restic 0.14 loses the bytes of a link's target that are not UTF-8; later ones, and we, do
    // not.
    fs::remove(source + "/a/dangling");
    fs::create_symlink("nowhere", source + "/a/dangling");
    const char value[] = "a\0b";
    attributes = ::setxattr((source + "/one").c_str(), "user.shop", value, 3, 0) == 0;
  }

  void initBy(bool official) {
    if (official) {
      const Finished made = restic({"init"});
      ASSERT_EQ(made.exit, 0) << made.err;
    } else {
      const Finished made = ours({"init"});
      ASSERT_EQ(made.exit, 0) << made.err;
    }
  }

  nlohmann::json backupByUs(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--json", "backup", source});
    const Finished saved = ours(more);
    EXPECT_EQ(saved.exit, 0) << saved.err;
    return lastLine(saved.out);
  }

  nlohmann::json backupByRestic(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"backup", "--json", source});
    const Finished saved = restic(more);
    EXPECT_EQ(saved.exit, 0) << saved.err;
    return lastLine(saved.out);
  }

  static nlohmann::json lastLine(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return nlohmann::json::parse(text.substr(text.rfind('\n') + 1));
  }

  void expectRestoredByUs(const std::string& snapshot = "latest") {
    const std::string to = target + "-ours";
    const Finished restored = ours({"restore", snapshot, "--from", source, "--target", to});
    ASSERT_EQ(restored.exit, 0) << restored.err;
    expectSame(to);
  }

  void expectRestoredByRestic(const std::string& snapshot = "latest") {
    const Finished restored = restic({"restore", snapshot, "--target", target + "-restic"});
    ASSERT_EQ(restored.exit, 0) << restored.err;
    expectSame(target + "-restic" + source);
    fs::remove_all(target + "-restic");
  }

  void expectSame(const std::string& restored) {
    EXPECT_THAT(differences(source, restored), ::testing::IsEmpty());
    if (attributes) {
      char value[8];
      ASSERT_EQ(::getxattr((restored + "/one").c_str(), "user.shop", value, sizeof value), 3);
      EXPECT_EQ(std::string(value, 3), std::string("a\0b", 3));
    }
    fs::remove_all(restored);
  }

  bool attributes = false;
};

TEST_F(ResticInterop, ReadsWhatWeWroteAndFindsNothingNewInIt) {
  initBy(false);
  backupByUs();
  expectWhole();
  expectRestoredByRestic();
  const auto again = backupByRestic({"--force"});
  EXPECT_EQ(again["data_blobs"], 0);
  expectWhole();
  expectRestoredByUs();
}

TEST_F(ResticInterop, WeReadWhatItWroteAndFindNothingNewInIt) {
  initBy(true);
  backupByRestic();
  expectRestoredByUs();
  const auto again = backupByUs({"--parent", "none"});
  EXPECT_EQ(again["newDataBlobs"], 0);
  expectWhole();
  expectRestoredByRestic();
}

TEST_F(ResticInterop, AFileOfMoreThanFourGibibytesWithAHole) {
  constexpr off_t kSize = (off_t{4} << 30) + 12345;
  const std::string huge = directory.path() + "/huge";
  writeFile(huge, "begin");
  ASSERT_EQ(::truncate(huge.c_str(), kSize), 0);
  std::ofstream(huge, std::ios::app) << "end";
  initBy(false);
  ASSERT_EQ(ours({"backup", huge}).exit, 0);
  expectWhole();
  const Finished again = restic({"backup", "--json", "--force", huge});
  EXPECT_EQ(lastLine(again.out)["data_blobs"], 0);
  ASSERT_EQ(ours({"restore", "--from", huge, "--target", target}).exit, 0);
  struct stat status;
  ASSERT_EQ(::stat(target.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, kSize + 3);
  EXPECT_LT(status.st_blocks * 512, 1 << 20);
  EXPECT_EQ(run({"cmp", huge, target}).exit, 0);
}

TEST_F(ResticInterop, EachComparesWithTheOthersLastSnapshot) {
  initBy(true);
  const auto first = backupByRestic();
  const auto second = backupByUs();
  EXPECT_EQ(second["newFiles"], 0);
  EXPECT_EQ(second["changedFiles"], 0) << "nothing is read again";
  EXPECT_EQ(second["newDataBlobs"], 0);
  EXPECT_TRUE(
      second["parent"].get<std::string>().starts_with(first["snapshot_id"].get<std::string>()));
  const auto third = backupByRestic();
  EXPECT_EQ(third["files_new"], 0);
  EXPECT_EQ(third["files_changed"], 0);
}

TEST_F(ResticInterop, WritersTakeTurns) {
  initBy(false);
  for (int round = 0; round < 3; ++round) {
    writeFile(source + "/round " + std::to_string(round), std::string(100000, 'r'));
    std::ofstream(source + "/large", std::ios::app) << round;
    const auto saved = backupByUs({"--tag", "ours"});
    writeFile(source + "/more " + std::to_string(round), std::to_string(round));
    backupByRestic({"--tag", "theirs"});
    expectWhole();
    expectRestoredByUs();
    expectRestoredByRestic();
    EXPECT_EQ(ours({"check", "--read-data"}).exit, 0);
    // What it forgets, prunes and packs anew does not disturb us.
    const Finished pruned =
        restic({"forget", "--prune", "--max-unused", "0", "--keep-last", "1", "--group-by", ""});
    ASSERT_EQ(pruned.exit, 0) << pruned.out << pruned.err;
  }
  expectWhole();
  expectRestoredByUs();
}

TEST_F(ResticInterop, ManySmallChangesByBothAtOnceAreAllKept) {
  initBy(true);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      const std::string path = source + "/writer " + std::to_string(writer);
      for (int round = 0; round < 4; ++round) {
        writeFile(path, randomText(static_cast<std::uint64_t>(writer * 100 + round), 700000));
        const Finished saved = writer == 0 ? restic({"backup", path}) : ours({"backup", path});
        EXPECT_EQ(saved.exit, 0) << saved.err;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  expectWhole();
  const Finished checked = ours({"check", "--read-data"});
  EXPECT_EQ(checked.exit, 0) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr("12 snapshots"));
}

TEST_F(ResticInterop, PasswordsOpenForBoth) {
  initBy(false);
  const std::string second = directory.path() + "/second";
  writeFile(second, "another\n");
  ASSERT_EQ(ours({"key", "add", "--new-password-file", second}).exit, 0);
  const auto withSecond = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"restic", "-r", repository, "-p", second, "--no-cache"});
    return run(words);
  };
  ASSERT_EQ(withSecond({"key", "list"}).exit, 0);
  writeFile(directory.path() + "/third", "third");
  ASSERT_EQ(withSecond({"key", "add", "--new-password-file", directory.path() + "/third"}).exit, 0);
  fs::copy_file(directory.path() + "/third", password, fs::copy_options::overwrite_existing);
  const Finished listed = ours({"key", "list"});
  EXPECT_EQ(listed.exit, 0) << listed.err;
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 3);
  fs::copy_file(second, directory.path() + "/old");
  writeFile(second, "replaced");
  ASSERT_EQ(ours({"key", "passwd", "--new-password-file", second}).exit, 0);
  EXPECT_EQ(ours({"key", "list"}).exit, 4) << "the third is no more";
  EXPECT_EQ(withSecond({"key", "list"}).exit, 0);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
