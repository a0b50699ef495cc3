// Backups, restores and checks of a repository in memory.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "sidecar/backup/backup_run.h"
#include "sidecar/backup/check_run.h"
#include "sidecar/backup/restore_run.h"
#include "tests/services/temporary_directory.h"
#include "tests/sidecar/backup/runs/file_tree.h"
#include "tests/testing/memory_store.h"

namespace shopkeeper::backup::testing {

inline constexpr PasswordCost kCheap{16, 8, 1};
// In memory where that can be: a restore makes a whole file system durable, which may be busy.
inline std::filesystem::path quickParent() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

inline constexpr LockTimes kQuick{std::chrono::milliseconds(0), std::chrono::seconds(300),
                                  std::chrono::minutes(30)};

class RunTest : public ::testing::Test {
 protected:
  RunTest() : source(directory.path() + "/source"), target(directory.path() + "/target") {}

  void SetUp() override { ASSERT_TRUE(Repository::create({store, ""}, "secret", clock, kCheap)); }

  Result<std::unique_ptr<Repository>> open() { return Repository::open({store, ""}, "secret"); }

  RunContext context(Repository& repository) {
    return {repository, clock, systemRandom(), stop.get_token(), {}};
  }

  BackupOptions backupOptions() const {
    BackupOptions options;
    options.paths = {source};
    options.packs.packBytes = std::size_t{1} << 20;  // many packs of little data
    options.lock = kQuick;
    return options;
  }

  Result<BackupReport> backup() { return backup(backupOptions()); }
  Result<BackupReport> backup(const BackupOptions& options) {
    auto repository = open();
    if (!repository) return repository.error();
    return runBackup(context(**repository), options);
  }

  RestoreOptions restoreOptions() const {
    RestoreOptions options;
    options.from = source;
    options.target = target;
    options.lock = kQuick;
    return options;
  }

  Result<RestoreReport> restore() { return restore(restoreOptions()); }
  Result<RestoreReport> restore(const RestoreOptions& options) {
    auto repository = open();
    if (!repository) return repository.error();
    return runRestore(context(**repository), options);
  }

  Result<CheckReport> check() {
    auto repository = open();
    if (!repository) return repository.error();
    CheckOptions options;
    options.readData = true;
    options.lock = kQuick;
    return runCheck(context(**repository), options);
  }

  std::vector<StoredObject> objects(const std::string& prefix) { return *store.list(prefix); }

  // "kind id" of each damage.
  std::vector<std::string> damages() {
    std::vector<std::string> all;
    const auto report = check();
    if (!report) return {"the check failed: " + report.error().message()};
    for (const Damage& damage : report->damages) all.push_back(damage.kind + " " + damage.id);
    return all;
  }

  // The directories beside source and target: what a failed restore must not leave behind.
  std::vector<std::string> besides() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      if (entry.path() != source) names.push_back(entry.path().filename());
    }
    return names;
  }

  const Clock& clock = systemClock();
  shopkeeper::testing::TemporaryDirectory directory{quickParent()};
  const std::string source, target;
  // Asked before and after each call to the store.
  MemoryStore::Fault fault;
  MemoryStore store{[this](const std::string& call, const std::string& key, bool done) {
    return fault ? fault(call, key, done) : std::nullopt;
  }};
  std::stop_source stop;
};

}  // namespace shopkeeper::backup::testing
