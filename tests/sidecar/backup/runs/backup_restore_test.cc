#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/sidecar/backup/runs/run_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class BackupRestore : public RunTest {};

TEST_F(BackupRestore, BringsEverythingBack) {
  makeOddTree(source);
  const auto saved = backup();
  ASSERT_TRUE(saved) << saved.error().message();
  EXPECT_EQ(saved->walked.newFiles, saved->walked.files());
  EXPECT_THAT(damages(), IsEmpty());
  const auto restored = restore();
  ASSERT_TRUE(restored) << restored.error().message();
  EXPECT_THAT(differences(source, target), IsEmpty());
  EXPECT_EQ(restored->files + restored->hardLinks, saved->walked.files());
  struct stat status;
  ASSERT_EQ(::stat((target + "/holes").c_str(), &status), 0);
  EXPECT_LT(status.st_blocks * 512, 1000000) << "holes come back as holes";
  EXPECT_THAT(*store.list("locks/"), IsEmpty());
}

TEST_F(BackupRestore, AnUnchangedRunReadsNoFileAndStoresNothingNew) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  const auto packs = store.list("data/")->size();
  const auto again = backup();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->walked.unchangedFiles, again->walked.files());
  EXPECT_EQ(again->added.dataBlobs, 0u);
  EXPECT_LE(again->added.treeBlobs, 3u) << "those above the source, which others write to";
  EXPECT_LE(store.list("data/")->size(), packs + 1);
  ASSERT_TRUE(restore());
  EXPECT_THAT(differences(source, target), IsEmpty());
}

TEST_F(BackupRestore, AChangedFileIsReadAndOnlyItsNewChunksAreStored) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  std::string content = readFile(source + "/large");
  content[content.size() / 2] ^= 1;
  writeFile(source + "/large", content);
  writeFile(source + "/added", "new");
  fs::remove(source + "/one");
  const auto again = backup();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->walked.changedFiles, 1u + 1u) << "the file, and its hard link's count";
  EXPECT_EQ(again->walked.newFiles, 1u);
  EXPECT_EQ(again->added.dataBlobs, 2u);
  ASSERT_TRUE(restore());
  EXPECT_THAT(differences(source, target), IsEmpty());
}

TEST_F(BackupRestore, ReadAllStoresNothingTwice) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  auto options = backupOptions();
  options.parent = "none";
  const auto again = backup(options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->walked.newFiles, again->walked.files());
  EXPECT_EQ(again->added.dataBlobs, 0u);
}

TEST_F(BackupRestore, TheOtherChunkerIsRestoredTheSame) {
  makeOddTree(source);
  auto options = backupOptions();
  options.chunker = Chunker::FastCdc;
  ASSERT_TRUE(backup(options));
  EXPECT_THAT(damages(), IsEmpty());
  ASSERT_TRUE(restore());
  EXPECT_THAT(differences(source, target), IsEmpty());
}

TEST_F(BackupRestore, ManyPathsAndASingleFile) {
  makeOddTree(source);
  auto options = backupOptions();
  options.paths = {source + "/many/", source + "/./a/b", source + "/one"};
  ASSERT_TRUE(backup(options));
  auto one = restoreOptions();
  one.from = source + "/one";
  ASSERT_TRUE(restore(one));
  EXPECT_EQ(readFile(target), "1");
  auto all = restoreOptions();
  all.target = target + "2";
  ASSERT_TRUE(restore(all));
  auto expected = describeTree(source);
  std::erase_if(expected, [](const auto& entry) {
    const std::string& path = entry.first;
    return !path.starts_with("/many") && !path.starts_with("/a/b") && path != "/one" &&
           path != "/a";
  });
  EXPECT_EQ(describeTree(target + "2"), expected);
}

TEST_F(BackupRestore, OlderSnapshotsAreChosenByIdAndByTime) {
  fs::create_directories(source);
  writeFile(source + "/file", "old");
  const auto first = backup();
  ASSERT_TRUE(first);
  const Timestamp between = timestampOf(clock.wallNow());
  writeFile(source + "/file", "newer");
  ASSERT_TRUE(backup());
  auto options = restoreOptions();
  options.snapshot = toHex(first->snapshot).substr(0, 10);
  ASSERT_TRUE(restore(options));
  EXPECT_EQ(readFile(target + "/file"), "old");
  options = restoreOptions();
  options.filter.at = between;
  options.target = target + "2";
  ASSERT_TRUE(restore(options));
  EXPECT_EQ(readFile(target + "2/file"), "old");
  options.target = target + "3";
  options.filter.at = Timestamp{1000000000, 0};
  const auto none = restore(options);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), ErrorCode::NotFound);
  EXPECT_THAT(besides(), ::testing::UnorderedElementsAre("target", "target2"));
}

TEST_F(BackupRestore, NothingIsEverWrittenOverWithoutBeingAsked) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  fs::create_directories(target);
  writeFile(target + "/mine", "precious");
  const auto refused = restore();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::AlreadyExists);
  EXPECT_THAT(besides(), ElementsAre("target"));
  auto options = restoreOptions();
  options.existing = ExistingTarget::Replace;
  const auto replaced = restore(options);
  ASSERT_TRUE(replaced) << replaced.error().message();
  EXPECT_THAT(differences(source, target), IsEmpty());
  EXPECT_EQ(readFile(replaced->kept + "/mine"), "precious");
}

TEST_F(BackupRestore, AnEmptySelectionIsNoSuccess) {
  fs::create_directories(source + "/directory");
  const auto empty = backup();
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message(), HasSubstr("not a single file"));
  EXPECT_THAT(*store.list("snapshots/"), IsEmpty());
  auto options = backupOptions();
  options.paths = {source + "/missing"};
  const auto missing = backup(options);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::NotFound);
  options.paths = {source};
  options.allowEmpty = true;
  ASSERT_TRUE(backup(options));
  const auto restored = restore();
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message(), HasSubstr("not a single file"));
  auto elsewhere = restoreOptions();
  elsewhere.from = "/elsewhere";
  EXPECT_EQ(restore(elsewhere).error().code(), ErrorCode::NotFound);
  EXPECT_THAT(besides(), IsEmpty());
}

TEST_F(BackupRestore, ACancelledRunLeavesNoSnapshotAndNoLock) {
  makeOddTree(source);
  stop.request_stop();
  const auto cancelled = backup();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code(), ErrorCode::Cancelled);
  EXPECT_THAT(*store.list("snapshots/"), IsEmpty());
  EXPECT_THAT(*store.list("locks/"), IsEmpty());
  stop = std::stop_source();
  ASSERT_TRUE(backup());
  stop.request_stop();
  EXPECT_EQ(restore().error().code(), ErrorCode::Cancelled);
  EXPECT_EQ(check().error().code(), ErrorCode::Cancelled);
  EXPECT_THAT(besides(), IsEmpty());
}

TEST_F(BackupRestore, TheRightRepositoryAndPasswordAreAskedFor) {
  EXPECT_EQ(Repository::open({store, ""}, "wrong").error().code(), ErrorCode::Unauthenticated);
  EXPECT_EQ(Repository::open({store, ""}, "secret", Id{}).error().code(), ErrorCode::Conflict);
  EXPECT_EQ(Repository::open({store, "elsewhere/"}, "secret").error().code(), ErrorCode::NotFound);
  EXPECT_EQ(Repository::create({store, ""}, "secret", clock, kCheap).error().code(),
            ErrorCode::AlreadyExists);
  auto repository = open();
  ASSERT_TRUE(repository);
  ASSERT_TRUE((*repository)->addPassword("second", clock, kCheap));
  EXPECT_TRUE(Repository::open({store, ""}, "second", (*repository)->config().id));
  // What is left of a repository is not made anew.
  makeOddTree(source);
  ASSERT_TRUE(backup());
  ASSERT_TRUE(store.remove("config"));
  EXPECT_EQ(Repository::create({store, ""}, "secret", clock, kCheap).error().code(),
            ErrorCode::Conflict);
}

TEST_F(BackupRestore, WhatIsExcludedIsLeftOut) {
  makeOddTree(source);
  auto options = backupOptions();
  options.excludes = {"size *", source + "/many/2?", source + "/a/b/", "c"};
  const auto saved = backup(options);
  ASSERT_TRUE(saved) << saved.error().message();
  EXPECT_EQ(saved->walked.excluded, 5u + 10u + 1u);
  ASSERT_TRUE(restore());
  auto expected = describeTree(source);
  std::erase_if(expected, [](const auto& entry) {
    const std::string& path = entry.first;
    return path.starts_with("/size ") || path.starts_with("/a/b") ||
           (path.starts_with("/many/2") && path.size() == 8);
  });
  const auto restored = describeTree(target);
  EXPECT_EQ(restored.size(), expected.size());
  for (const auto& [path, text] : expected) {
    // Hard links to what was left out are links no more.
    if (path == "/one") continue;
    EXPECT_EQ(restored.contains(path) ? restored.at(path) : "", text) << path;
  }
  for (const std::string pattern : {"", "a/b"}) {
    options.excludes = {pattern};
    const auto refused = backup(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::InvalidArgument);
  }
}

TEST_F(BackupRestore, TheParentAndTheInstantAreChosen) {
  fs::create_directories(source);
  writeFile(source + "/file", "old");
  auto options = backupOptions();
  options.time = Timestamp{1700000000, 0};
  const auto first = backup(options);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->parent);
  ASSERT_TRUE(backup());
  options.parent = toHex(first->snapshot).substr(0, 12);
  const auto third = backup(options);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->parent, first->snapshot);
  options.parent = "none";
  const auto fourth = backup(options);
  ASSERT_TRUE(fourth);
  EXPECT_FALSE(fourth->parent);
  EXPECT_EQ(fourth->walked.newFiles, 1u);
  options.parent = "0123";
  const auto missing = backup(options);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::NotFound);
  const auto all = listSnapshots(**open());
  EXPECT_EQ(all->front().snapshot.time, *options.time);
  EXPECT_EQ(all->size(), 4u);
}

TEST_F(BackupRestore, PartsOfThePacksAreAllOfThem) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  const auto packs = store.list("data/")->size();
  CheckOptions options;
  options.readData = true;
  options.lock = kQuick;
  std::uint64_t read = 0;
  for (const char* part : {"1/3", "2/3", "3/3"}) {
    options.subset = *PackSubset::parse(part);
    auto repository = open();
    read += runCheck(context(**repository), options)->packsRead;
  }
  EXPECT_EQ(read, packs);
  options.subset = *PackSubset::parse("50%");
  auto repository = open();
  EXPECT_EQ(runCheck(context(**repository), options)->packsRead, packs / 2);
  for (const char* wrong :
       {"", "1", "0/3", "4/3", "1/257", "1/", "/2", "0%", "101%", "x%", "1/2x"}) {
    EXPECT_FALSE(PackSubset::parse(wrong)) << wrong;
  }
}

TEST_F(BackupRestore, ProgressOfARestoreAddsUp) {
  makeOddTree(source);
  ASSERT_TRUE(backup());
  auto repository = open();
  ASSERT_TRUE(repository);
  std::vector<Progress> told;
  RunContext run = context(**repository);
  run.progress = [&](const Progress& progress) { told.push_back(progress); };
  auto options = restoreOptions();
  options.progressInterval = std::chrono::milliseconds(0);
  ASSERT_TRUE(runRestore(run, options));
  ASSERT_GT(told.size(), 10u);
  EXPECT_EQ(told.back().phase, "finished");
  EXPECT_EQ(told.back().files, told.back().totalFiles);
  EXPECT_EQ(told.back().bytes, told.back().totalBytes);
}

TEST_F(BackupRestore, ProgressIsToldAndAddsUp) {
  makeOddTree(source);
  auto repository = open();
  ASSERT_TRUE(repository);
  std::vector<Progress> told;
  RunContext run = context(**repository);
  run.progress = [&](const Progress& progress) { told.push_back(progress); };
  auto options = backupOptions();
  options.progressInterval = std::chrono::milliseconds(0);
  const auto report = runBackup(run, options);
  ASSERT_TRUE(report);
  ASSERT_GT(told.size(), 10u);
  for (std::size_t i = 1; i < told.size(); ++i) {
    EXPECT_GE(told[i].files, told[i - 1].files);
    EXPECT_GE(told[i].bytes, told[i - 1].bytes);
  }
  EXPECT_EQ(told.back().files, told.back().totalFiles);
  EXPECT_EQ(told.back().bytes, told.back().totalBytes);
  EXPECT_EQ(told.back().newBytes, report->added.storedBytes);
}

}  // namespace
}  // namespace shopkeeper::backup::testing
