#include "services/catalog/snapshot_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/services/temporary_directory.h"

namespace shopkeeper::catalog {
namespace {

using shopkeeper::testing::TemporaryDirectory;

Snapshot sample() {
  Snapshot snapshot;
  snapshot.version = "7-abc";
  for (int i = 0; i < 200; ++i) {
    Product product;
    product.id = "p-" + std::to_string(1000 + i);
    product.title = "Product " + std::to_string(i * 7919);
    product.attributes = {{"n", std::to_string(i)}};
    snapshot.products.push_back(product);
  }
  Answer answer;
  answer.id = "a-1";
  answer.question = "q";
  answer.answer = "a";
  snapshot.answers.push_back(answer);
  return snapshot;
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SnapshotFileTest, ComesBackAsItWas) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/copy.gz";
  const Snapshot snapshot = sample();
  ASSERT_TRUE(saveSnapshot(snapshot, path));
  const auto loaded = loadSnapshot(path);
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ((*loaded)->version, snapshot.version);
  EXPECT_EQ((*loaded)->products, snapshot.products);
  EXPECT_EQ((*loaded)->answers, snapshot.answers);
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(SnapshotFileTest, AMissingFileIsNotFound) {
  const auto loaded = loadSnapshot("/nonexistent/copy.gz");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code(), ErrorCode::NotFound);
}

TEST(SnapshotFileTest, EveryTruncationIsSeen) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/copy.gz";
  ASSERT_TRUE(saveSnapshot(sample(), path));
  const std::string whole = slurp(path);
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 64) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    const auto loaded = loadSnapshot(path);
    ASSERT_FALSE(loaded) << size << " of " << whole.size();
    EXPECT_EQ(loaded.error().code(), ErrorCode::Corrupt);
  }
}

TEST(SnapshotFileTest, EveryFlippedBitIsSeen) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/copy.gz";
  ASSERT_TRUE(saveSnapshot(sample(), path));
  const std::string whole = slurp(path);
  // Bytes 4 to 9 of a gzip header are time, flags and system: they carry nothing.
  for (std::size_t at = 10; at < whole.size(); at += 1 + whole.size() / 97) {
    std::string damaged = whole;
    damaged[at] ^= 0x04;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
    EXPECT_FALSE(loadSnapshot(path)) << "byte " << at;
  }
}

TEST(SnapshotFileTest, AFailedSaveLeavesTheOldCopy) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/copy.gz";
  ASSERT_TRUE(saveSnapshot(sample(), path));
  std::filesystem::create_directory(path + ".new");  // the temporary file cannot be created
  Snapshot other = sample();
  other.version = "8-def";
  EXPECT_FALSE(saveSnapshot(other, path));
  const auto loaded = loadSnapshot(path);
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->version, "7-abc");
}

}  // namespace
}  // namespace shopkeeper::catalog
