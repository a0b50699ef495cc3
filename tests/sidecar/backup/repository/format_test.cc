// Trees, packs, indexes and documents: what is written is read, what is damaged is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "sidecar/backup/repository/documents.h"
#include "sidecar/backup/repository/go_mode.h"
#include "sidecar/backup/repository/index.h"
#include "sidecar/backup/repository/password.h"
#include "sidecar/backup/repository/sha256.h"
#include "sidecar/backup/repository/tree.h"
#include "tests/sidecar/backup/repository/test_data.h"

namespace shopkeeper::backup {
namespace {

Id idOf(std::uint64_t number) { return sha256(randomBytes(number, 8)); }

TEST(Id, IsHexadecimal) {
  const Id id = sha256({});
  EXPECT_EQ(toHex(id), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(parseId(toHex(id)), id);
  EXPECT_EQ(parseId(toHex(id).substr(1)), std::nullopt);
  EXPECT_EQ(parseId("E" + toHex(id).substr(1)), std::nullopt);
}

TEST(Tree, EmptyOneIsWhatTheOfficialProgramWrites) {
  EXPECT_EQ(toJson(Tree{}), "{\"nodes\":[]}\n");
}

// The example of doc/design.rst of restic, with a name that needs quoting.
TEST(Tree, WritesMembersInTheOfficialOrder) {
  Node node;
  node.name = "a\"b";
  node.mode = goMode(S_IFREG | 04644);
  node.modified = node.accessed = node.changed = {1419873623, 345135380};
  node.uid = 1000, node.gid = 100;
  node.user = "fd0";
  node.inode = 416863351;
  node.size = 1234, node.links = 1;
  node.attributes = {{"user.color", "red"}};
  node.content = {sha256({})};
  EXPECT_EQ(
      toJson(Tree{{node}}),
      "{\"nodes\":[{\"name\":\"a\\\\\\\"b\",\"type\":\"file\",\"mode\":8389028,"
      "\"mtime\":\"2014-12-29T17:20:23.34513538Z\",\"atime\":\"2014-12-29T17:20:23.34513538Z\","
      "\"ctime\":\"2014-12-29T17:20:23.34513538Z\",\"uid\":1000,\"gid\":100,\"user\":\"fd0\","
      "\"inode\":416863351,\"size\":1234,\"links\":1,"
      "\"extended_attributes\":[{\"name\":\"user.color\",\"value\":\"cmVk\"}],"
      "\"content\":[\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"]}]}\n");
}

TEST(Tree, ComesBackAsItWas) {
  Tree tree;
  const auto add = [&](std::string name, NodeType type, mode_t mode) -> Node& {
    Node& node = tree.nodes.emplace_back();
    node.name = std::move(name);
    node.type = type;
    node.mode = goMode(mode);
    return node;
  };
  add("a", NodeType::Directory, S_IFDIR | S_ISVTX | 0777).subtree = idOf(1);
  add("b", NodeType::File, S_IFREG | 0600).content = {idOf(2), idOf(3)};
  add("c", NodeType::Symlink, S_IFLNK | 0777).linkTarget = "bad \xff target";
  add("d\n\"\\\xfe", NodeType::Fifo, S_IFIFO | 0644).links = 2;
  add("e", NodeType::CharDevice, S_IFCHR | 0600).device = 0x103;
  add("f", NodeType::Socket, S_IFSOCK | 0600).deviceId = 7;
  const std::string json = toJson(tree);
  const auto parsed = parseTree(json);
  ASSERT_TRUE(parsed) << parsed.error().message();
  ASSERT_EQ(parsed->nodes.size(), tree.nodes.size());
  EXPECT_EQ(toJson(*parsed), json);
  EXPECT_EQ(parsed->nodes[2].linkTarget, "bad \xff target");
  EXPECT_EQ(parsed->nodes[3].name, "d\n\"\\\xfe");
  EXPECT_EQ(unixPermissions(parsed->nodes[0].mode), static_cast<mode_t>(S_ISVTX | 0777));
}

std::string nodes(std::string_view inner) { return "{\"nodes\":[" + std::string(inner) + "]}"; }

TEST(Tree, RefusesNamesThatLeadElsewhere) {
  for (const char* name : {"..", ".", "", "a/b", "/", "a\\\\x00b"}) {
    EXPECT_FALSE(parseTree(nodes("{\"name\":\"" + std::string(name) + "\",\"type\":\"file\"}")))
        << name;
  }
  EXPECT_FALSE(parseTree(nodes(R"({"name":"b","type":"file"},{"name":"a","type":"file"})")));
  EXPECT_FALSE(parseTree(nodes(R"({"name":"a","type":"file"},{"name":"a","type":"file"})")));
  EXPECT_FALSE(parseTree(nodes(R"({"name":"a","type":"file","content":["12"]})")));
  EXPECT_FALSE(parseTree(nodes(R"({"name":"a","type":"file","mtime":"today"})")));
  EXPECT_FALSE(parseTree("{\"nodes\":[}"));
}

TEST(Tree, PassesOverWhatItDoesNotKnow) {
  const auto tree = parseTree(R"({"new":{"x":[1]},"nodes":[{"name":"a","type":"portal",
      "generic_attributes":{"windows.x":"eA=="},"content":null}]})");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->nodes[0].type, NodeType::Other);
}

TEST(Pack, TableComesBack) {
  Cipher cipher(randomKey());
  PackBuilder builder(BlobType::Tree, 4096);
  const Bytes sealed(100);
  builder.add(idOf(1), sealed, 0);
  builder.add(idOf(2), std::span(sealed).first(40), 555);
  builder.finish(cipher);
  Bytes bytes(builder.bytes().begin(), builder.bytes().end());
  EXPECT_EQ(bytes.size(), packSize(builder.entries()));
  const auto length = packTableLength(std::span(bytes).last(4), bytes.size());
  ASSERT_TRUE(length);
  const auto entries =
      parsePackTable(std::span(bytes).subspan(bytes.size() - 4 - *length, *length), cipher);
  ASSERT_TRUE(entries);
  EXPECT_EQ(*entries, builder.entries());
  EXPECT_EQ((*entries)[1].offset, 100u);
  EXPECT_EQ((*entries)[1].uncompressed, 555u);
}

TEST(Pack, ImpossibleTablesAreRefused) {
  for (const std::uint32_t length : {0u, 68u, 4000u, 0xffffffffu}) {
    Bytes last(4);
    for (int i = 0; i < 4; ++i) last[i] = static_cast<std::byte>(length >> (8 * i));
    EXPECT_FALSE(packTableLength(last, 1000)) << length;
  }
  Cipher cipher(randomKey());
  Bytes table(37), sealed(37 + kSealBytes);
  table[0] = std::byte{4};
  cipher.seal(table, sealed);
  EXPECT_FALSE(parsePackTable(sealed, cipher));
}

TEST(Pack, IsFullBeforeItsMemoryHasToGrow) {
  PackBuilder builder(BlobType::Data, 10000);
  EXPECT_TRUE(builder.fits(1 << 20)) << "a blob larger than packs gets one of its own";
  const Bytes sealed(1000);
  while (builder.fits(sealed.size())) builder.add(idOf(builder.size()), sealed, 7);
  Cipher cipher(randomKey());
  const std::byte* const before = builder.bytes().data();
  builder.finish(cipher);
  EXPECT_EQ(builder.bytes().data(), before);
  EXPECT_LE(builder.bytes().size(), 10000u);
  EXPECT_EQ(builder.entries().size(), 9u);
}

std::vector<IndexedPack> manyPacks(std::size_t packs, std::size_t blobs) {
  std::vector<IndexedPack> all(packs);
  std::uint64_t number = 0;
  for (IndexedPack& pack : all) {
    pack.id = idOf(1000000 + number);
    for (std::size_t i = 0; i < blobs; ++i, ++number) {
      pack.entries.push_back({idOf(number), number % 3 == 0 ? BlobType::Tree : BlobType::Data,
                              static_cast<std::uint32_t>(100 * i), 100,
                              number % 2 == 0 ? 0 : static_cast<std::uint32_t>(number)});
    }
  }
  return all;
}

TEST(Index, FindsEveryBlobAndNothingElse) {
  BlobIndex index;
  EXPECT_FALSE(index.has(BlobType::Data, idOf(1)));
  const auto packs = manyPacks(20, 500);
  for (const auto& pack : packs) index.add(pack);
  index.add(packs[3]);  // listed by two index files
  index.sort();
  EXPECT_EQ(index.blobs().size(), 10000u);
  for (const auto& pack : packs) {
    for (const auto& entry : pack.entries) {
      const auto found = index.find(entry.type, entry.id);
      ASSERT_EQ(found.size(), 1u);
      EXPECT_EQ(found[0].entry(), entry);
      EXPECT_EQ(index.packId(found[0].pack()), pack.id);
      const auto other = entry.type == BlobType::Data ? BlobType::Tree : BlobType::Data;
      EXPECT_FALSE(index.has(other, entry.id));
    }
  }
  for (std::uint64_t i = 20000; i < 30000; ++i) ASSERT_FALSE(index.has(BlobType::Data, idOf(i)));
  EXPECT_FALSE(index.has(BlobType::Data, Id{}));
  Id last;
  last.bytes.fill(255);
  EXPECT_FALSE(index.has(BlobType::Tree, last));
}

TEST(Index, KeepsEveryCopyOfABlob) {
  BlobIndex index;
  const PackEntry data{idOf(1), BlobType::Data, 0, 100, 0}, tree{idOf(1), BlobType::Tree, 0, 90, 0};
  index.add({idOf(10), {data}});
  index.add({idOf(11), {tree}});
  index.add({idOf(12), {data}});
  index.sort();
  EXPECT_EQ(index.find(BlobType::Data, idOf(1)).size(), 2u);
  EXPECT_EQ(index.find(BlobType::Tree, idOf(1)).size(), 1u);
}

TEST(Index, FileComesBack) {
  const auto packs = manyPacks(3, 4);
  const auto parsed = parseIndex(toJson(packs));
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*parsed)[i].id, packs[i].id);
    EXPECT_EQ((*parsed)[i].entries, packs[i].entries);
  }
  EXPECT_TRUE(parseIndex(R"({"supersedes":["ab"],"packs":null})"));
  const std::string id = toHex(idOf(1));
  for (const std::string& broken :
       {std::string("[]"), std::string("{"), std::string(R"({"packs":[{"id":"12","blobs":[]}]})"),
        "{\"packs\":[{\"id\":\"" + id + "\",\"blobs\":[{\"id\":\"" + id + "\",\"type\":\"x\"}]}]}",
        "{\"packs\":[{\"id\":\"" + id + "\",\"blobs\":[{\"id\":\"" + id +
            "\",\"type\":\"data\",\"length\":4294967296}]}]}"}) {
    EXPECT_FALSE(parseIndex(broken)) << broken;
  }
}

TEST(Documents, ComeBack) {
  RepositoryConfig config{2, idOf(1), 0x3DA3358B4DC173};
  EXPECT_EQ(toJson(config), "{\"version\":2,\"id\":\"" + toHex(idOf(1)) +
                                "\",\"chunker_polynomial\":\"3da3358b4dc173\"}");
  EXPECT_EQ(toJson(*parseConfig(toJson(config))), toJson(config));

  Snapshot snapshot{{1700000000, 1}, idOf(2),          idOf(3), {"/data"},     "host", "user", 5, 6,
                    {"*.tmp"},       {"daily", "a,b"}, idOf(4), "shopkeeper 1"};
  EXPECT_EQ(toJson(*parseSnapshot(toJson(snapshot))), toJson(snapshot));
  EXPECT_FALSE(parseSnapshot(R"({"time":"2015-01-02T18:10:50Z","paths":["/"]})"));

  LockFile lock{{1700000000, 0}, true, "host", "user", 42, 1, 0};
  EXPECT_EQ(toJson(*parseLock(toJson(lock))), toJson(lock));
  EXPECT_FALSE(parseLock("[]"));
}

}  // namespace
}  // namespace shopkeeper::backup
