#include "common/random.h"

#include <gtest/gtest.h>

#include <set>

namespace shopkeeper {
namespace {

class Counting final : public Random {
 public:
  std::uint64_t next() override { return next_++; }

 private:
  std::uint64_t next_ = 0x0102030405060708;
};

TEST(RandomHex, UsesEveryByteOfTheSource) {
  Counting source;
  EXPECT_EQ(randomHex(source, 10), "08070605040302010907");
}

TEST(SystemRandom, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(randomHex(systemRandom(), 16));
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Uniform, StaysInRange) {
  for (int i = 0; i < 1000; ++i) {
    const double value = systemRandom().uniform();
    EXPECT_GE(value, 0.0);
    EXPECT_LT(value, 1.0);
  }
}

}  // namespace
}  // namespace shopkeeper
