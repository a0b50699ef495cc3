#include "sidecar/backup/shipping/shipment.h"

#include <gtest/gtest.h>

#include "sidecar/backup/repository/password.h"
#include "sidecar/backup/repository/zstd_codec.h"
#include "tests/testing/bytes.h"

namespace shopkeeper::backup {
namespace {

using testing::bytesOf;
using testing::pattern;

WallTime at(int milliseconds) { return WallTime(std::chrono::milliseconds(milliseconds)); }

Shipment logShipment() {
  Shipment shipment;
  shipment.database = "knowledge.db";
  shipment.stream = "20261126T003550.123Z-1a2b3c4d";
  shipment.sequence = 12;
  shipment.previous = "abc";
  shipment.log =
      LogPart{{3, 4'152}, {0, 1, 2, 3, 0xfc, 0xfd, 0xfe, 0xff},    4'096, {7, 0xdeadbeef},
              5,          {{at(1'500), 6'000}, {at(1'600), 9'152}}};
  shipment.bytes = pattern(5'000, 1);
  return shipment;
}

Shipment baseShipment() {
  Shipment shipment = logShipment();
  shipment.log.reset();
  shipment.base = BasePart{2, 8'192, true, 5, {3, 777}, at(123'456)};
  return shipment;
}

// What somebody with the key could have stored.
Bytes sealed(std::string_view content, const SealingKey& key) {
  Bytes frame(ZstdCompressor::bound(content.size()));
  frame.resize(ZstdCompressor().compress(bytesOf(content), frame));
  Bytes out(frame.size() + kSealBytes);
  Cipher(key).seal(frame, out);
  return out;
}

class ShipmentTest : public ::testing::Test {
 protected:
  const SealingKey key_ = randomKey();
};

TEST_F(ShipmentTest, LogPartsComeBackAsTheyWere) {
  const Shipment sent = logShipment();
  const auto back = decodeShipment(encodeShipment(sent, key_), key_);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(back->database, sent.database);
  EXPECT_EQ(back->stream, sent.stream);
  EXPECT_EQ(back->sequence, 12U);
  EXPECT_EQ(back->previous, "abc");
  ASSERT_TRUE(back->log);
  EXPECT_FALSE(back->base);
  EXPECT_EQ(back->log->begin, (LogPosition{3, 4'152}));
  EXPECT_EQ(back->log->salt, sent.log->salt);
  EXPECT_EQ(back->log->pageSize, 4'096U);
  EXPECT_EQ(back->log->checksum, sent.log->checksum);
  EXPECT_EQ(back->log->firstSequence, 5U);
  EXPECT_EQ(back->log->marks, sent.log->marks);
  EXPECT_EQ(back->bytes, sent.bytes);
}

TEST_F(ShipmentTest, BasePartsComeBackAsTheyWere) {
  const auto back = decodeShipment(encodeShipment(baseShipment(), key_), key_);
  ASSERT_TRUE(back) << back.error().message();
  ASSERT_TRUE(back->base);
  EXPECT_EQ(back->base->piece, 2U);
  EXPECT_EQ(back->base->offset, 8'192U);
  EXPECT_TRUE(back->base->last);
  EXPECT_EQ(back->base->sequence, 5U);
  EXPECT_EQ(back->base->from, (LogPosition{3, 777}));
  EXPECT_EQ(back->base->time, at(123'456));
}

TEST_F(ShipmentTest, EveryChangedOrMissingByteIsNoticed) {
  const Bytes right = encodeShipment(logShipment(), key_);
  for (std::size_t i = 0; i < right.size(); i += 11) {
    Bytes wrong = right;
    wrong[i] ^= std::byte{4};
    const auto back = decodeShipment(wrong, key_);
    ASSERT_FALSE(back) << i;
    EXPECT_EQ(back.error().code(), ErrorCode::Corrupt);
    EXPECT_FALSE(decodeShipment(Bytes(right.begin(), right.begin() + static_cast<long>(i)), key_));
  }
  EXPECT_FALSE(decodeShipment(right, randomKey()));
}

TEST_F(ShipmentTest, RefusesWhatIsNoShipment) {
  const std::string right =
      R"({"format":1,"kind":"log","database":"d","stream":"s","sequence":1,"previous":"",)"
      R"("log":0,"offset":0,"bytes":2,"salt":"0000000000000000","pageSize":512,)"
      R"("checksum":"0000000000000000","firstSequence":1,"marks":[["2026-11-26T00:00:00Z",2]]})";
  ASSERT_TRUE(decodeShipment(sealed(right + "\nxy", key_), key_));
  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string line = right;
    line.replace(line.find(from), from.size(), to);
    return !decodeShipment(sealed(line + "\nxy", key_), key_);
  };
  EXPECT_TRUE(refuses("\"format\":1", "\"format\":2"));
  EXPECT_TRUE(refuses("\"log\",\"database\"", "\"hog\",\"database\""));
  EXPECT_TRUE(refuses("\"sequence\":1", "\"sequence\":\"1\""));
  EXPECT_TRUE(refuses("\"bytes\":2", "\"bytes\":3"));
  EXPECT_TRUE(refuses("0000000000000000", "00"));
  EXPECT_TRUE(refuses("0000000000000000", "zz00000000000000"));
  EXPECT_TRUE(refuses("2026-11-26T00:00:00Z", "yesterday"));
  EXPECT_TRUE(refuses(",2]]", ",3]]"));  // a mark beyond the bytes
  EXPECT_TRUE(refuses("[[\"2026", "[[\"2026-11-27T00:00:00Z\",1],[\"2026"));
  EXPECT_FALSE(decodeShipment(sealed(right, key_), key_));
  EXPECT_FALSE(decodeShipment(sealed("", key_), key_));
  EXPECT_FALSE(decodeShipment(sealed(std::string(100'000, '[') + "\n", key_), key_));
}

TEST_F(ShipmentTest, KeysSortAndAreReadBack) {
  EXPECT_EQ(shipmentKey("shipping/", logShipment()),
            "shipping/knowledge.db/20261126T003550.123Z-1a2b3c4d/log/000000000012");
  EXPECT_EQ(shipmentKey("", baseShipment()),
            "knowledge.db/20261126T003550.123Z-1a2b3c4d/base/000000000012/000000000002");
  const auto parse = [](const std::string& key) { return parseShipmentKey("p/", "d", key); };
  EXPECT_EQ(parse("p/d/s/log/000000000012"), (ShipmentName{"s", true, 12, 0}));
  EXPECT_EQ(parse("p/d/s/base/000000000002/000000000001"), (ShipmentName{"s", false, 2, 1}));
  for (const char* foreign :
       {"d/s/log/000000000012", "p/d/s/log/12", "p/d/s/log/00000000001x", "p/d/s/log",
        "p/d/s/base/000000000002", "p/d/s/log/000000000012/x", "p/d/s/other/000000000012",
        "p/d//log/000000000012", "p/dd/s/log/000000000012", "p/d/s/log/-00000000012"}) {
    EXPECT_FALSE(parse(foreign)) << foreign;
  }
}

}  // namespace
}  // namespace shopkeeper::backup
