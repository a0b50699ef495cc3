// What the program says and how it ends.
#include <nlohmann/json.hpp>

#include "tests/integration/backup/program_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class BackupProgram : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    makeRepository();
    fs::create_directories(source);
    writeFile(source + "/file", "content");
  }

  // One sentence, that exit code, and nothing changed.
  void expectRefused(const std::vector<std::string>& arguments, int exit, const std::string& says) {
    const auto before = describeTree(repository);
    const Finished refused = ours(arguments);
    EXPECT_EQ(refused.exit, exit) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(says));
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
    auto after = describeTree(repository);
    // A lock comes and goes: the times of its directories are its own.
    for (auto* entries : {&after}) std::erase_if(*entries, isLock);
    auto kept = before;
    std::erase_if(kept, isLock);
    EXPECT_EQ(after, kept);
    EXPECT_FALSE(fs::exists(target));
  }
  static bool isLock(const std::pair<const std::string, std::string>& entry) {
    return entry.first.starts_with("/locks") || entry.first == "/.tmp";
  }
};

TEST_F(BackupProgram, HelpShowsExamplesAndExitCodes) {
  const Finished helped = run({builtBeside("shopkeeper-backup"), "--help"});
  EXPECT_EQ(helped.exit, 0);
  EXPECT_THAT(helped.out, AllOf(HasSubstr("Examples:"), HasSubstr("Exit codes: 0 done")));
}

TEST_F(BackupProgram, WrongUsageIsOneSentence) {
  expectRefused({"backup", "relative"}, 2, "not an absolute path");
  expectRefused({"backup", source, "--time", "yesterday"}, 2, "--time");
  expectRefused({"backup", source, "--exclude", "a/b"}, 2, "neither a name nor a path");
  expectRefused({"check", "--read-data-subset", "9/7"}, 2, "--read-data-subset");
  expectRefused({"snapshots", "--at", "now"}, 2, "--at");
  EXPECT_EQ(ours({}).exit, 2);
  EXPECT_EQ(ours({"unknown"}).exit, 2);
  EXPECT_EQ(ours({"restore"}).exit, 2);
}

TEST_F(BackupProgram, AWrongPasswordChangesNothing) {
  writeFile(password, "wrong\n");
  for (const char* command : {"backup", "snapshots", "check"}) {
    std::vector<std::string> words = {command};
    if (words[0] == "backup") words.push_back(source);
    expectRefused(words, 4, "wrong password");
  }
  expectRefused({"restore", "--target", target}, 4, "wrong password");
  expectRefused({"init"}, 1, "there is a repository in");
}

TEST_F(BackupProgram, AVanishedRepositoryIsNotMadeAnew) {
  fs::rename(repository, repository + ".away");
  EXPECT_EQ(ours({"backup", source}).exit, 5);
  EXPECT_FALSE(fs::exists(repository)) << "a volume that is not mounted";
  fs::create_directories(repository);
  expectRefused({"backup", source}, 5, "there is no repository in");
  EXPECT_TRUE(fs::is_empty(repository));
}

TEST_F(BackupProgram, AForeignRepositoryIsRefused) {
  const std::string other(64, 'a');
  expectRefused({"--repository-id", other, "backup", source}, 5, "not " + other);
  expectRefused({"--repository-id", "abc", "backup", source}, 2, "--repository-id");
}

TEST_F(BackupProgram, AnEmptySelectionIsAFailure) {
  expectRefused({"backup", source + "/missing"}, 1, "missing");
  expectRefused({"restore", "--target", target}, 1, "no snapshots");
  fs::create_directories(source + "/empty");
  expectRefused({"backup", source + "/empty"}, 2, "not a single file");
  ASSERT_EQ(ours({"backup", source}).exit, 0);
  expectRefused({"restore", "--target", target, "--from", "/elsewhere"}, 1, "/elsewhere");
  expectRefused({"restore", "--target", target, "--at", "2001-01-01T00:00:00Z"}, 1, "no snapshot");
  expectRefused({"restore", "ffffffff", "--target", target}, 1, "ffffffff");
}

TEST_F(BackupProgram, ProgressIsLinesOfJson) {
  makeOddTree(source);
  const Finished saved = ours({"--json", "backup", source, "--tag", "a", "--tag", "b", "--host",
                               "guide-0", "--time", "2026-01-02T03:04:05Z"});
  ASSERT_EQ(saved.exit, 0) << saved.err;
  std::istringstream lines(saved.out);
  nlohmann::json last;
  for (std::string line; std::getline(lines, line);) {
    last = nlohmann::json::parse(line);
    EXPECT_TRUE(last["type"] == "progress" || last["type"] == "backup");
  }
  EXPECT_EQ(last["type"], "backup");
  const Finished listed = ours({"--json", "snapshots", "--tag", "b", "--host", "guide-0"});
  const auto snapshot = nlohmann::json::parse(listed.out);
  EXPECT_EQ(snapshot["id"], last["snapshot"]);
  EXPECT_EQ(snapshot["time"], "2026-01-02T03:04:05Z");
  EXPECT_EQ(snapshot["tags"], nlohmann::json::parse(R"(["a","b"])"));
  EXPECT_EQ(ours({"snapshots", "--tag", "c"}).out, "");
  const Finished failed = ours({"--json", "restore", "--target", source});
  EXPECT_EQ(nlohmann::json::parse(failed.out)["type"], "error");
}

TEST_F(BackupProgram, DamageIsNamedAndHasAnExitCodeOfItsOwn) {
  makeOddTree(source);
  ASSERT_EQ(ours({"backup", source}).exit, 0);
  ASSERT_EQ(ours({"check", "--read-data"}).exit, 0);
  std::string pack;
  for (const auto& entry : fs::recursive_directory_iterator(repository + "/data")) {
    if (entry.is_regular_file() && entry.file_size() > 100000) pack = entry.path();
  }
  std::string bytes = readFile(pack);
  bytes[1000] ^= 1;
  writeFile(pack, bytes);
  EXPECT_EQ(ours({"check"}).exit, 0) << "which reads no data";
  const Finished checked = ours({"check", "--read-data"});
  EXPECT_EQ(checked.exit, 3);
  EXPECT_THAT(checked.out, HasSubstr("pack " + fs::path(pack).filename().string()));
  const Finished restored = ours({"restore", "--from", source, "--target", target});
  EXPECT_EQ(restored.exit, 1);
  EXPECT_FALSE(fs::exists(target));
}

TEST_F(BackupProgram, AReadOnlyTargetIsASentence) {
  ASSERT_EQ(ours({"backup", source}).exit, 0);
  expectRefused({"restore", "--target", "/proc/nowhere"}, 1, "/proc/");
  expectRefused({"restore", "--target", directory.path() + "/no/where"}, 1, "/no");
  expectRefused({"restore", "--target", source}, 1, "there is something at");
}

TEST_F(BackupProgram, TheKeyInUseIsNotRemoved) {
  const Finished listed = ours({"--json", "key", "list"});
  const std::string id = nlohmann::json::parse(listed.out)["id"];
  expectRefused({"key", "remove", id.substr(0, 8)}, 2, "is in use");
  expectRefused({"key", "remove", "ffffffff"}, 1, "there is no key");
  const std::string second = directory.path() + "/second";
  writeFile(second, "another");
  ASSERT_EQ(ours({"key", "add", "--new-password-file", second}).exit, 0);
  fs::rename(second, password);
  ASSERT_EQ(ours({"key", "remove", id}).exit, 0);
  writeFile(password, "secret");
  EXPECT_EQ(ours({"key", "list"}).exit, 4);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
