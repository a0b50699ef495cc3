#include "operator/kube/finalizer.h"

#include <gtest/gtest.h>

#include "tests/testing/kube_doubles.h"

namespace shopkeeper::kube {
namespace {

constexpr const char* kOurs = "shopkeeper.dev/cleanup";

class FinalizerTest : public ::testing::Test {
 protected:
  Object make(std::vector<std::string> finalizers) {
    return *api_.create(
        kind_, testing::makeObject(kind_, key_, {{"metadata", {{"finalizers", finalizers}}}}), {},
        "");
  }
  Object current() { return *api_.get(kind_, key_, {}); }

  const Resource& kind_ = resources::configMaps();
  const ObjectKey key_{"shop", "m"};
  testing::MemoryClient api_;
};

TEST_F(FinalizerTest, IsAddedOnce) {
  const auto first = ensureFinalizer(api_, kind_, make({"other"}), kOurs);
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(current().finalizers(), (std::vector<std::string>{"other", kOurs}));
  const int writes = api_.writes();
  EXPECT_TRUE(ensureFinalizer(api_, kind_, *first, kOurs));
  EXPECT_EQ(api_.writes(), writes);
}

TEST_F(FinalizerTest, IsNotAddedToAStaleOrDyingObject) {
  const Object stale = make({"other"});
  ASSERT_TRUE(api_.patch(kind_, key_, PatchType::Merge, {{"data", {{"a", "b"}}}}, {}, ""));
  EXPECT_EQ(ensureFinalizer(api_, kind_, stale, kOurs).error().code(), ErrorCode::Conflict);
  ASSERT_TRUE(api_.remove(kind_, key_, {}, {}));
  EXPECT_EQ(ensureFinalizer(api_, kind_, current(), kOurs).error().code(),
            ErrorCode::InvalidArgument);
}

TEST_F(FinalizerTest, RemovalKeepsOthersAlsoWhenTheyChange) {
  const Object before = make({"first", kOurs});
  ASSERT_TRUE(api_.patch(kind_, key_, PatchType::Merge,
                         {{"metadata", {{"finalizers", {"first", kOurs, "late"}}}}}, {}, ""));
  EXPECT_TRUE(removeFinalizer(api_, kind_, before, kOurs));
  EXPECT_EQ(current().finalizers(), (std::vector<std::string>{"first", "late"}));
}

TEST_F(FinalizerTest, LastOneLetsTheObjectGo) {
  make({kOurs});
  ASSERT_TRUE(api_.remove(kind_, key_, {}, {}));
  const Object dying = current();
  EXPECT_TRUE(removeFinalizer(api_, kind_, dying, kOurs));
  EXPECT_EQ(api_.get(kind_, key_, {}).error().code(), ErrorCode::NotFound);
  EXPECT_TRUE(removeFinalizer(api_, kind_, dying, kOurs));  // gone is as good
}

TEST_F(FinalizerTest, SuccessorOfTheSameNameIsLeftAlone) {
  const Object old = make({kOurs});
  ASSERT_TRUE(api_.remove(kind_, key_, {}, {}));
  ASSERT_TRUE(removeFinalizer(api_, kind_, old, kOurs));
  make({kOurs});
  EXPECT_TRUE(removeFinalizer(api_, kind_, old, kOurs));
  EXPECT_TRUE(current().hasFinalizer(kOurs));
}

}  // namespace
}  // namespace shopkeeper::kube
