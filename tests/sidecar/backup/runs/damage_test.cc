// Every kind of file flipped, cut and lost: named by check, and never restored as if all were well.
#include <gmock/gmock.h>

#include "tests/sidecar/backup/runs/run_fixture.h"

namespace shopkeeper::backup::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Damaging {
  const char* name;
  std::function<Bytes(Bytes)> apply;  // an empty result: the file is lost
};

const Damaging kDamagings[] = {
    {"flipped", [](Bytes bytes) { return bytes[bytes.size() / 2] ^= std::byte{1}, bytes; }},
    {"flipped at the end", [](Bytes bytes) { return bytes.back() ^= std::byte{128}, bytes; }},
    {"cut", [](Bytes bytes) { return bytes.resize(bytes.size() - 1), bytes; }},
    {"cut to a byte", [](Bytes bytes) { return bytes.resize(1), bytes; }},
    {"lost", [](const Bytes&) { return Bytes(); }},
};

class DamageTest : public RunTest {
 protected:
  void SetUp() override {
    RunTest::SetUp();
    makeOddTree(source);
    const auto saved = backup();
    ASSERT_TRUE(saved) << saved.error().message();
    ASSERT_THAT(damages(), IsEmpty());
  }

  void put(const std::string& key, const Bytes& bytes) {
    ASSERT_TRUE(bytes.empty() ? store.remove(key) : store.put(key, bytes, PutMode::Replace));
  }

  // Damages each file under `prefix` in each way, one at a time.
  void each(const std::string& prefix, const std::function<void(const std::string& name)>& expect) {
    const auto files = store.list(prefix);
    ASSERT_FALSE(files->empty());
    for (const auto& file : *files) {
      const Bytes whole = *store.get(file.key);
      for (const Damaging& damaging : kDamagings) {
        SCOPED_TRACE(file.key + " " + damaging.name);
        put(file.key, damaging.apply(whole));
        expect(file.key.substr(file.key.rfind('/') + 1));
        put(file.key, whole);
      }
    }
  }

  void expectNoRestore() {
    const auto restored = restore();
    ASSERT_FALSE(restored);
    EXPECT_THAT(besides(), IsEmpty()) << "nothing is left of it";
  }
};

TEST_F(DamageTest, OfThePacksIsNamed) {
  each("data/", [&](const std::string& name) {
    EXPECT_THAT(damages(), Contains("pack " + name));
    // Every pack has a part of the one snapshot, or its listings. Only its table may be amiss.
    const auto restored = restore();
    if (restored) {
      EXPECT_THAT(differences(source, target), IsEmpty());
      std::filesystem::remove_all(target);
    }
    EXPECT_THAT(besides(), IsEmpty());
  });
}

TEST_F(DamageTest, OfAPackThatIsGoneStopsTheRestore) {
  const auto packs = store.list("data/");
  for (const auto& pack : *packs) {
    const Bytes whole = *store.get(pack.key);
    ASSERT_TRUE(store.remove(pack.key));
    expectNoRestore();
    ASSERT_TRUE(store.put(pack.key, whole, PutMode::Replace));
  }
  ASSERT_TRUE(restore());
}

TEST_F(DamageTest, OfTheIndexIsNamed) {
  each("index/", [&](const std::string& name) {
    if (store.list("index/")->empty()) {
      // A lost one cannot be named, but what only it listed is missing.
      EXPECT_THAT(damages(), Contains(HasSubstr("tree blob")));
    } else {
      EXPECT_THAT(damages(), Contains("index " + name));
    }
    expectNoRestore();
  });
}

TEST_F(DamageTest, OfTheSnapshotIsNamed) {
  each("snapshots/", [&](const std::string& name) {
    if (!store.list("snapshots/")->empty()) {
      EXPECT_THAT(damages(), Contains("snapshot " + name));
    }
    expectNoRestore();
  });
}

TEST_F(DamageTest, OfTheOnlyKeyOrTheConfigurationKeepsTheRepositoryShut) {
  for (const char* prefix : {"keys/", "config"}) {
    each(prefix, [&](const std::string&) {
      EXPECT_FALSE(open());
      expectNoRestore();
    });
  }
}

TEST_F(DamageTest, OfOneKeyIsNamedWhereAnotherOpens) {
  const Id first = (*open())->keyId();
  const auto second = (*open())->addPassword("second", clock, kCheap);
  ASSERT_TRUE(second);
  Bytes key = *store.get("keys/" + toHex(*second));
  key[key.size() / 2] ^= std::byte{1};
  put("keys/" + toHex(*second), key);
  EXPECT_THAT(damages(), Contains("key " + toHex(*second)));
  EXPECT_THAT(damages(), Not(Contains("key " + toHex(first))));
  EXPECT_TRUE(restore());
}

// A blob that lies in two packs is found where it is well.
TEST_F(DamageTest, OfOneCopyIsMadeGoodByTheOther) {
  const auto before = store.list("data/");
  // Without the index the next run finds nothing stored and, without adopting, stores all again.
  auto repository = open();
  ASSERT_TRUE(repository);
  auto second = Repository::open({store, ""}, "secret");
  ASSERT_TRUE(second);
  {
    PackWriter writer(**second, clock, systemRandom());
    BlobSealer sealer((*second)->key(), 3);
    ASSERT_TRUE((*repository)->loadIndex());
    for (const auto& location : (*repository)->index().blobs()) {
      const auto content = (*repository)->loadBlob(location.type(), location.id());
      ASSERT_TRUE(content);
      ASSERT_TRUE(writer.put(location.type(), location.id(), *content, sealer));
    }
    ASSERT_TRUE(writer.finish());
  }
  for (const auto& pack : *before) ASSERT_TRUE(store.remove(pack.key));
  const auto restored = restore();
  ASSERT_TRUE(restored) << restored.error().message();
  EXPECT_THAT(differences(source, target), IsEmpty());
}

}  // namespace
}  // namespace shopkeeper::backup::testing
