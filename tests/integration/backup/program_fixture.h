// A repository in a directory, for shopkeeper-backup and the official program.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "sidecar/backup/repository/repository.h"
#include "sidecar/backup/storage/directory_store.h"
#include "tests/integration/backup/program.h"
#include "tests/services/temporary_directory.h"
#include "tests/sidecar/backup/runs/file_tree.h"

namespace shopkeeper::backup::testing {

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { writeFile(password, "secret\n"); }

  // With an scrypt that costs nothing, as these tests open it hundreds of times.
  void makeRepository() {
    std::filesystem::create_directories(repository);
    auto store = DirectoryStore::open(repository);
    ASSERT_TRUE(store);
    auto made = Repository::create({**store, ""}, "secret", systemClock(), PasswordCost{16, 8, 1});
    ASSERT_TRUE(made) << made.error().message();
  }

  Finished ours(std::vector<std::string> arguments, const Environment& more = {}) const {
    arguments.insert(arguments.begin(),
                     {builtBeside("shopkeeper-backup"), "-r", repository, "-p", password});
    return run(arguments, more);
  }

  Finished restic(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"restic", "-r", repository, "-p", password, "--no-cache"});
    return run(arguments);
  }

  // Whole in the official program's eyes, every byte of it.
  void expectWhole() const {
    // Takes locks of killed processes away, which are in the way of its check.
    EXPECT_EQ(restic({"unlock"}).exit, 0);
    const Finished checked = restic({"check", "--read-data"});
    EXPECT_EQ(checked.exit, 0) << checked.out << checked.err;
    EXPECT_THAT(checked.out, ::testing::HasSubstr("no errors were found"));
  }

  // Of all regular files below the repository: what must not change.
  std::map<std::string, std::string> contents(const std::string& path) const {
    return describeTree(path);
  }

  static bool resticIsHere() { return !findProgram("restic").empty(); }

  shopkeeper::testing::TemporaryDirectory directory;
  const std::string repository = directory.path() + "/repository";
  const std::string password = directory.path() + "/password";
  const std::string source = directory.path() + "/source";
  const std::string target = directory.path() + "/target";
};

#define SKIP_WITHOUT_RESTIC() \
  if (!resticIsHere()) GTEST_SKIP() << "restic is not here: apt-get install restic"

}  // namespace shopkeeper::backup::testing
