#include "sidecar/backup/shipping/shipment.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "sidecar/backup/repository/zstd_codec.h"

namespace shopkeeper::backup {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr std::size_t kMaxContentBytes = 64 << 20;
constexpr std::size_t kMaxLineBytes = 8 << 20;

std::string hexOf(const LogSalt& salt) {
  std::string hex;
  char digits[3];
  for (const std::uint8_t byte : salt) {
    std::snprintf(digits, sizeof digits, "%02x", unsigned{byte});
    hex += digits;
  }
  return hex;
}

std::string hexOf(const LogChecksum& sum) {
  char hex[17];
  std::snprintf(hex, sizeof hex, "%08x%08x", sum.first, sum.second);
  return hex;
}

bool parseHex(const std::string& text, std::uint64_t& number) {
  const char* end = text.data() + text.size();
  return text.size() == 16 && std::from_chars(text.data(), end, number, 16).ptr == end;
}

json toJson(const LogPart& log, std::size_t bytes) {
  json marks = json::array();
  for (const auto& mark : log.marks) marks.push_back({toRfc3339(mark.time), mark.end});
  return {{"kind", "log"},
          {"log", log.begin.log},
          {"offset", log.begin.end},
          {"bytes", bytes},
          {"salt", hexOf(log.salt)},
          {"pageSize", log.pageSize},
          {"checksum", hexOf(log.checksum)},
          {"firstSequence", log.firstSequence},
          {"marks", std::move(marks)}};
}

json toJson(const BasePart& base, std::size_t bytes) {
  return {{"kind", "base"},       {"piece", base.piece},     {"offset", base.offset},
          {"bytes", bytes},       {"last", base.last},       {"firstSequence", base.sequence},
          {"log", base.from.log}, {"logEnd", base.from.end}, {"time", toRfc3339(base.time)}};
}

WallTime timeOf(const json& text) {
  WallTime time;
  if (!parseRfc3339(text.get<std::string>(), time)) throw std::invalid_argument("no time");
  return time;
}

LogPart logOf(const json& line) {
  LogPart log;
  log.begin = {line.at("log").get<std::uint64_t>(), line.at("offset").get<std::uint64_t>()};
  log.pageSize = line.at("pageSize").get<std::uint32_t>();
  log.firstSequence = line.at("firstSequence").get<std::uint64_t>();
  std::uint64_t salt = 0;
  std::uint64_t sum = 0;
  if (!parseHex(line.at("salt").get<std::string>(), salt) ||
      !parseHex(line.at("checksum").get<std::string>(), sum)) {
    throw std::invalid_argument("no salt or checksum");
  }
  for (std::size_t i = 0; i < log.salt.size(); ++i) {
    log.salt[i] = static_cast<std::uint8_t>(salt >> (56 - 8 * i));
  }
  log.checksum = {static_cast<std::uint32_t>(sum >> 32), static_cast<std::uint32_t>(sum)};
  for (const auto& mark : line.at("marks")) {
    log.marks.push_back({timeOf(mark.at(0)), mark.at(1).get<std::uint64_t>()});
  }
  return log;
}

BasePart baseOf(const json& line) {
  BasePart base;
  base.piece = line.at("piece").get<std::uint64_t>();
  base.offset = line.at("offset").get<std::uint64_t>();
  base.last = line.at("last").get<bool>();
  base.sequence = line.at("firstSequence").get<std::uint64_t>();
  base.from = {line.at("log").get<std::uint64_t>(), line.at("logEnd").get<std::uint64_t>()};
  base.time = timeOf(line.at("time"));
  return base;
}

// Marks in order, none beyond the bytes: those who cut logs at them may rely on it.
bool consistent(const LogPart& log, std::size_t bytes) {
  std::uint64_t before = log.begin.end;
  for (const auto& mark : log.marks) {
    if (mark.end < before || mark.end > log.begin.end + bytes) return false;
    before = mark.end;
  }
  return std::is_sorted(log.marks.begin(), log.marks.end(),
                        [](const auto& left, const auto& right) { return left.time < right.time; });
}

Shipment parse(const json& line) {
  if (line.at("format").get<int>() != kFormat) throw std::invalid_argument("another format");
  Shipment shipment;
  shipment.database = line.at("database").get<std::string>();
  shipment.stream = line.at("stream").get<std::string>();
  shipment.sequence = line.at("sequence").get<std::uint64_t>();
  shipment.previous = line.at("previous").get<std::string>();
  const auto kind = line.at("kind").get<std::string>();
  if (kind == "log") shipment.log = logOf(line);
  if (kind == "base") shipment.base = baseOf(line);
  if (!shipment.log && !shipment.base) throw std::invalid_argument("another kind");
  return shipment;
}

std::string digits(std::uint64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "%012llu", static_cast<unsigned long long>(number));
  return text;
}

bool parseDigits(std::string_view text, std::uint64_t& number) {
  const char* end = text.data() + text.size();
  return text.size() >= 12 && std::from_chars(text.data(), end, number).ptr == end;
}

}  // namespace

Bytes encodeShipment(const Shipment& shipment, const SealingKey& key) {
  json line = shipment.log ? toJson(*shipment.log, shipment.bytes.size())
                           : toJson(*shipment.base, shipment.bytes.size());
  line.update({{"format", kFormat},
               {"database", shipment.database},
               {"stream", shipment.stream},
               {"sequence", shipment.sequence},
               {"previous", shipment.previous}});
  const std::string text = line.dump() + "\n";
  Bytes content(text.size() + shipment.bytes.size());
  std::memcpy(content.data(), text.data(), text.size());
  std::copy(shipment.bytes.begin(), shipment.bytes.end(),
            content.begin() + static_cast<std::ptrdiff_t>(text.size()));
  Bytes frame(ZstdCompressor::bound(content.size()));
  frame.resize(ZstdCompressor().compress(content, frame));
  Bytes sealed(frame.size() + kSealBytes);
  Cipher(key).seal(frame, sealed);
  return sealed;
}

Result<Shipment> decodeShipment(Bytes sealed, const SealingKey& key) {
  const auto frame = Cipher(key).open(sealed);
  if (!frame) return frame.error();
  auto content = ZstdDecompressor().decompress(*frame, kMaxContentBytes);
  if (!content) return content.error();
  const auto newline = std::find(content->begin(), content->end(), std::byte{'\n'});
  const auto length = static_cast<std::size_t>(newline - content->begin());
  const Error none(ErrorCode::Corrupt, "not a shipment of changes");
  if (newline == content->end() || length > kMaxLineBytes) return none;
  try {
    const auto* text = reinterpret_cast<const char*>(content->data());
    const json line = json::parse(text, text + length);
    Shipment shipment = parse(line);
    shipment.bytes.assign(newline + 1, content->end());
    if (line.at("bytes").get<std::uint64_t>() != shipment.bytes.size()) return none;
    if (shipment.log && !consistent(*shipment.log, shipment.bytes.size())) return none;
    return shipment;
  } catch (const std::exception& problem) {
    return Error(ErrorCode::Corrupt, none.message() + ": " + problem.what());
  }
}

std::string shipmentKey(const std::string& prefix, const Shipment& shipment) {
  const std::string stream = prefix + shipment.database + "/" + shipment.stream;
  if (shipment.log) return stream + "/log/" + digits(shipment.sequence);
  return stream + "/base/" + digits(shipment.sequence) + "/" + digits(shipment.base->piece);
}

std::optional<ShipmentName> parseShipmentKey(const std::string& prefix, const std::string& database,
                                             const std::string& key) {
  const std::string before = prefix + database + "/";
  if (!key.starts_with(before)) return std::nullopt;
  std::string_view rest = std::string_view(key).substr(before.size());
  const auto next = [&rest] {
    const auto slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    return part;
  };
  ShipmentName name;
  name.stream = next();
  const std::string_view kind = next();
  name.isLog = kind == "log";
  if (!name.isLog && kind != "base") return std::nullopt;
  if (!parseDigits(next(), name.sequence)) return std::nullopt;
  if (!name.isLog && !parseDigits(next(), name.piece)) return std::nullopt;
  if (name.stream.empty() || !rest.empty()) return std::nullopt;
  return name;
}

}  // namespace shopkeeper::backup
