// The program killed, or its disk full, at every call that changes the repository's file system.
#include <signal.h>

#include "tests/integration/backup/program_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class KillTest : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    makeRepository();
    fs::rename(repository, pristine);
    for (const char* path : {"", "/a", "/a/b"}) fs::create_directories(source + path);
    writeFile(source + "/one", "1");
    writeFile(source + "/a/two", std::string(300000, '2'));
    writeFile(source + "/a/b/three", "three");
  }

  void startAnew() const {
    fs::remove_all(repository);
    fs::copy(pristine, repository, fs::copy_options::recursive);
  }

  Finished backup(const Environment& faults = {}) const {
    Environment more = faults;
    if (!faults.empty()) more.emplace_back("LD_PRELOAD", builtBeside("libio_fault.so"));
    return ours({"backup", source}, more);
  }

  long boundaries() {
    startAnew();
    const std::string file = directory.path() + "/count";
    const Finished saved = backup({{"IO_FAULT_COUNT", file}});
    EXPECT_EQ(saved.exit, 0) << saved.err;
    return std::stol(readFile(file));
  }

  const std::string pristine = directory.path() + "/pristine";
};

TEST_F(KillTest, OfABackupAtEveryCallLeavesAWholeRepository) {
  SKIP_WITHOUT_RESTIC();
  const long all = boundaries();
  ASSERT_GT(all, 30);
  long withPacks = 0;
  for (long at = 1; at <= all; ++at) {
    SCOPED_TRACE("killed at call " + std::to_string(at) + " of " + std::to_string(all));
    startAnew();
    const Finished killed = backup({{"IO_FAULT_KILL", std::to_string(at)}});
    // Packs are drawn by lot, so that a run may have a few calls less.
    ASSERT_TRUE(killed.signal == SIGKILL || killed.exit == 0) << killed.out << killed.err;
    expectWhole();
    const auto packs = [&] {
      std::vector<std::string> names;
      for (const auto& entry : fs::recursive_directory_iterator(repository + "/data")) {
        if (entry.is_regular_file()) names.push_back(entry.path().filename());
      }
      return names;
    };
    const auto before = fs::exists(repository + "/data") ? packs() : std::vector<std::string>();
    const Finished again = backup();
    ASSERT_EQ(again.exit, 0) << again.err;
    expectWhole();
    EXPECT_THAT(ours({"check"}).out, HasSubstr("(0 stray)")) << "what was stored is used";
    withPacks += before.empty() ? 0 : 1;
  }
  EXPECT_GT(withPacks, 0);
}

TEST_F(KillTest, AFullDiskFailsTheBackupWithASentence) {
  SKIP_WITHOUT_RESTIC();
  const long all = boundaries();
  for (long at = 1; at <= all; at += 3) {
    SCOPED_TRACE("full from call " + std::to_string(at) + " of " + std::to_string(all));
    startAnew();
    const Finished failed = backup({{"IO_FAULT_FULL", std::to_string(at)}});
    if (failed.exit != 0) {
      EXPECT_EQ(failed.exit, 1);
      EXPECT_THAT(failed.err, HasSubstr("the disk is full"));
      EXPECT_EQ(std::count(failed.err.begin(), failed.err.end(), '\n'), 1) << failed.err;
    }
    expectWhole();
    const Finished again = backup();
    ASSERT_EQ(again.exit, 0) << again.err;
    expectWhole();
  }
}

TEST_F(KillTest, OfARestoreNeverLeavesHalfATarget) {
  startAnew();
  ASSERT_EQ(backup().exit, 0);
  const auto expected = describeTree(source);
  const std::string file = directory.path() + "/count";
  const std::vector<std::string> command = {"restore", "--from", source, "--target", target};
  const auto restore = [&](Environment faults) {
    faults.emplace_back("LD_PRELOAD", builtBeside("libio_fault.so"));
    return ours(command, faults);
  };
  ASSERT_EQ(restore({{"IO_FAULT_COUNT", file}}).exit, 0);
  fs::remove_all(target);
  const long all = std::stol(readFile(file));
  ASSERT_GT(all, 8);
  for (long at = 1; at <= all; ++at) {
    for (const char* fault : {"IO_FAULT_KILL", "IO_FAULT_FULL"}) {
      SCOPED_TRACE(std::string(fault) + " at call " + std::to_string(at));
      const Finished ended = restore({{fault, std::to_string(at)}});
      // Nothing, or all.
      if (fs::exists(target)) {
        EXPECT_EQ(describeTree(target), expected);
      } else {
        EXPECT_NE(ended.exit, 0);
      }
      fs::remove_all(target);
    }
  }
}

}  // namespace
}  // namespace shopkeeper::backup::testing
