#include "operator/kube/store.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

Object pod(const std::string& name, const std::string& version, const std::string& owner = "",
           const std::string& app = "", const std::string& uid = "") {
  nlohmann::json meta = {{"resourceVersion", version}, {"uid", uid.empty() ? "uid-" + name : uid}};
  if (!owner.empty()) meta["ownerReferences"] = {{{"uid", owner}}};
  if (!app.empty()) meta["labels"]["app"] = app;
  return testing::makeObject(resources::pods(), {"shop", name}, {{"metadata", meta}});
}

std::vector<std::string> names(const std::vector<Object>& objects) {
  std::vector<std::string> out;
  for (const Object& object : objects) out.push_back(object.name());
  return out;
}

using Names = std::vector<std::string>;

TEST(Store, KeepsObjectsWhole) {
  Store store;
  const Object object = pod("a", "1", "o", "web");
  store.put(object);
  EXPECT_EQ(store.get({"shop", "a"})->json(), object.json());
  EXPECT_FALSE(store.get({"other", "a"}));
  EXPECT_GT(store.bytes(), 0u);
}

TEST(Store, SameVersionIsNoChange) {
  Store store;
  EXPECT_TRUE(store.put(pod("a", "1")));
  EXPECT_FALSE(store.put(pod("a", "1")));
  const auto change = store.put(pod("a", "2"));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->before->resourceVersion(), "1");
  EXPECT_EQ(change->after->resourceVersion(), "2");
}

TEST(Store, IndexesFollowEveryChange) {
  Store store({"app"});
  store.put(pod("a", "1", "owner-1", "web"));
  store.put(pod("b", "2", "owner-1", "db"));
  EXPECT_EQ(names(store.byOwner("owner-1")), (Names{"a", "b"}));
  EXPECT_EQ(names(store.byLabel("app", "web")), (Names{"a"}));
  EXPECT_TRUE(store.byLabel("app", "web", "elsewhere").empty());
  EXPECT_TRUE(store.byLabel("unindexed", "web").empty());
  store.put(pod("a", "3", "owner-2", "db"));
  EXPECT_EQ(names(store.byOwner("owner-1")), (Names{"b"}));
  EXPECT_EQ(names(store.byOwner("owner-2")), (Names{"a"}));
  EXPECT_EQ(names(store.byLabel("app", "db")), (Names{"a", "b"}));
  EXPECT_TRUE(store.byLabel("app", "web").empty());
  store.erase({"shop", "a"});
  EXPECT_TRUE(store.byOwner("owner-2").empty());
  EXPECT_EQ(names(store.list("shop")), (Names{"b"}));
  EXPECT_FALSE(store.erase({"shop", "a"}));
}

TEST(Store, ReplaceReportsWhatReallyChanged) {
  Store store({"app"});
  store.put(pod("same", "1", "", "web"));
  store.put(pod("newer", "2"));
  store.put(pod("gone", "3", "o"));
  std::vector<Store::Packed> next;
  for (const Object& object : {pod("same", "1", "", "web"), pod("newer", "9"), pod("added", "8")}) {
    next.push_back(store.pack(object));
  }
  std::map<std::string, std::string> seen;
  for (const Store::Change& change : store.replace(std::move(next))) {
    const auto& key = change.after ? change.after->key() : change.before->key();
    seen[key.name] = !change.after ? "deleted" : change.before ? "updated" : "added";
  }
  EXPECT_EQ(seen, (std::map<std::string, std::string>{
                      {"newer", "updated"}, {"added", "added"}, {"gone", "deleted"}}));
  EXPECT_EQ(store.size(), 3u);
  EXPECT_EQ(names(store.byLabel("app", "web")), (Names{"same"}));
  EXPECT_TRUE(store.byOwner("o").empty());
}

TEST(Store, ObjectListedTwiceCountsOnce) {
  Store store;
  const auto changes = store.replace({store.pack(pod("a", "1")), store.pack(pod("a", "2"))});
  EXPECT_EQ(store.size(), 1u);
  EXPECT_EQ(store.get({"shop", "a"})->resourceVersion(), "2");
  EXPECT_EQ(changes.back().after->resourceVersion(), "2");
}

TEST(Store, BytesReturnToZero) {
  Store store({"app"});
  for (int i = 0; i < 50; ++i) store.put(pod("p" + std::to_string(i), "1", "o", "web"));
  for (int i = 0; i < 50; ++i) store.erase({"shop", "p" + std::to_string(i)});
  EXPECT_EQ(store.bytes(), 0u);
  EXPECT_EQ(store.size(), 0u);
}

}  // namespace
}  // namespace shopkeeper::kube
