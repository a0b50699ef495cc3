#include "sidecar/backup/repository/cutter.h"

#include <gmock/gmock.h>

#include "tests/sidecar/backup/repository/test_data.h"

namespace shopkeeper::backup {
namespace {

using ::testing::ElementsAreArray;

constexpr std::size_t kKiB = 1024, kMiB = kKiB * kKiB;
// The polynomial of restic/chunker's own tests.
constexpr Polynomial kPolynomial = 0x3DA3358B4DC173;

// The chunks of `data`, of which `step` more bytes are seen at a time.
std::vector<std::size_t> cut(const Cutter& cutter, std::span<const std::byte> data,
                             std::size_t step = kMiB) {
  std::vector<std::size_t> lengths;
  while (!data.empty()) {
    std::size_t length = 0;
    for (std::size_t seen = 0; length == 0 && seen < data.size();) {
      const std::size_t more = std::min(data.size(), seen + step);
      length = cutter.find(data.data(), seen, more);
      seen = more;
    }
    if (length == 0) length = data.size();
    lengths.push_back(length);
    data = data.subspan(length);
  }
  return lengths;
}

// What restic/chunker (commit ac4c622) makes of randomBytes(23, 32 MiB).
const std::vector<std::size_t> kDefault = {1153221, 1368292, 1032272, 574085,  580863,  707335,
                                           688668,  1545561, 2359577, 1935291, 1312011, 856912,
                                           2825299, 1587105, 985416,  2788974, 1843812, 879005,
                                           734761,  984735,  2171465, 673834,  3965938};
const std::vector<std::size_t> kHalfTheAverage = {
    866853,  814546,  541671,  663561,  667154,  574085,  580863,  707335, 688668,
    1191447, 1165842, 1354461, 1544646, 584033,  1204437, 585027,  558813, 624079,
    1844761, 633357,  1130853, 985416,  1086106, 967884,  734984,  568334, 1132316,
    644817,  598065,  702353,  619098,  2348795, 673834,  2771649, 1194289};
const std::vector<std::size_t> kAtMostOneMiB = {
    1048576, 1048576, 1048576, 982142,  580863,  707335,  688668,  1048576, 1048576, 1048576,
    759410,  1048576, 886715,  1048576, 555370,  564977,  1048576, 1048576, 728147,  1048576,
    538529,  985416,  1048576, 1048576, 691822,  1048576, 795236,  879005,  734761,  984735,
    1048576, 1048576, 748147,  1048576, 1048576, 1048576, 820210};

TEST(RabinCutter, CutsWhereTheOfficialChunkerDoes) {
  const Bytes data = randomBytes(23, 32 * kMiB);
  EXPECT_THAT(cut(*rabinCutter(kPolynomial), data), ElementsAreArray(kDefault));
  EXPECT_THAT(cut(*rabinCutter(kPolynomial, {512 * kKiB, 8 * kMiB, 19}), data),
              ElementsAreArray(kHalfTheAverage));
  EXPECT_THAT(cut(*rabinCutter(kPolynomial, {512 * kKiB, kMiB, 20}), data),
              ElementsAreArray(kAtMostOneMiB));
  EXPECT_THAT(cut(*rabinCutter(kPolynomial, {16 * kMiB, 32 * kMiB, 20}), data),
              ElementsAreArray({16939387, 16615045}));
}

// The second list of restic/chunker's tests: zeros are cut at the minimum.
TEST(RabinCutter, CutsZerosAtTheMinimum) {
  const Bytes zeros(4 * 512 * kKiB);
  EXPECT_THAT(cut(*rabinCutter(kPolynomial), zeros),
              ElementsAreArray({512 * kKiB, 512 * kKiB, 512 * kKiB, 512 * kKiB}));
}

TEST(RabinCutter, FindsTheSameHoweverMuchItSeesAtATime) {
  const Bytes data = randomBytes(23, 32 * kMiB);
  for (const std::size_t step : {1000 * kKiB + 1, 32 * kMiB, std::size_t{65537}}) {
    EXPECT_THAT(cut(*rabinCutter(kPolynomial), data, step), ElementsAreArray(kDefault)) << step;
  }
  const std::span small = std::span(data).first(kMiB);
  const ChunkLimits limits{128, 64 * kKiB, 13};
  const auto whole = cut(*rabinCutter(kPolynomial, limits), small);
  EXPECT_EQ(whole.size(), 130u);
  for (const std::size_t step : {1, 63, 64, 65, 4096, 32769}) {
    EXPECT_THAT(cut(*rabinCutter(kPolynomial, limits), small, step), ElementsAreArray(whole));
  }
}

TEST(FastCdcCutter, FindsTheSameHoweverMuchItSeesAtATime) {
  const Bytes data = randomBytes(5, 16 * kMiB);
  const auto cutter = fastCdcCutter(kPolynomial);
  const auto whole = cut(*cutter, data, data.size());
  EXPECT_GT(whole.size(), 8u);
  EXPECT_LT(whole.size(), 24u);
  EXPECT_THAT(cut(*cutter, data, 65537), ElementsAreArray(whole));
  EXPECT_THAT(cut(*cutter, data, kMiB), ElementsAreArray(whole));
}

TEST(FastCdcCutter, KeepsToTheLimitsAndToItsPolynomial) {
  const Bytes data = randomBytes(7, 16 * kMiB);
  const auto lengths = cut(*fastCdcCutter(kPolynomial, {256 * kKiB, 768 * kKiB, 19}), data);
  for (std::size_t i = 0; i + 1 < lengths.size(); ++i) {
    EXPECT_GE(lengths[i], 256 * kKiB);
    EXPECT_LE(lengths[i], 768 * kKiB);
  }
  EXPECT_NE(lengths, cut(*fastCdcCutter(kPolynomial + 2, {256 * kKiB, 768 * kKiB, 19}), data));
}

// What content-defined cutting is for.
class Cutters : public ::testing::TestWithParam<bool> {};

TEST_P(Cutters, FindTheOldCutsAgainAfterAnInsertion) {
  const auto cutter = GetParam() ? rabinCutter(kPolynomial) : fastCdcCutter(kPolynomial);
  const Bytes data = randomBytes(11, 16 * kMiB);
  Bytes changed = data;
  changed.insert(changed.begin() + 100, std::byte{42});
  const auto before = cut(*cutter, data);
  const auto after = cut(*cutter, changed);
  EXPECT_EQ(before.size(), after.size());
  EXPECT_EQ(before[0] + 1, after[0]);
  EXPECT_TRUE(std::equal(before.begin() + 1, before.end(), after.begin() + 1, after.end()));
}

INSTANTIATE_TEST_SUITE_P(All, Cutters, ::testing::Bool());

TEST(Polynomial, KnowsIrreducibleOnes) {
  EXPECT_TRUE(fitForChunking(kPolynomial));
  EXPECT_FALSE(fitForChunking(kPolynomial + 2));
  EXPECT_FALSE(fitForChunking(kPolynomial & ~Polynomial{1}));  // x divides it
  EXPECT_FALSE(fitForChunking(0x11b));                         // irreducible, of degree 8
  const Polynomial random = randomPolynomial();
  EXPECT_TRUE(fitForChunking(random));
  EXPECT_NE(random, randomPolynomial());
}

TEST(Polynomial, IsWrittenWithoutPrefix) {
  EXPECT_EQ(toHex(kPolynomial), "3da3358b4dc173");
  EXPECT_EQ(parsePolynomial("3DA3358b4dc173"), kPolynomial);
  EXPECT_EQ(parsePolynomial("0x3da3358b4dc173"), std::nullopt);
  EXPECT_EQ(parsePolynomial(""), std::nullopt);
}

}  // namespace
}  // namespace shopkeeper::backup
