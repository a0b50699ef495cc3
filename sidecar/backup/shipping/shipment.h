// One object of a stream of changes: a line of JSON that says what it is, then bytes. Format:
// docs/formats/shipping.md. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/shipping/wal_format.h"
#include "sidecar/backup/storage/object_store.h"

namespace shopkeeper::backup {

// A place in a stream: logs are numbered from 0, each is a file of its own.
struct LogPosition {
  std::uint64_t log = 0;
  std::uint64_t end = 0;  // bytes from the log's beginning
  auto operator<=>(const LogPosition&) const = default;
};

// Everything committed by `time` lies before `end`.
struct CommitMark {
  WallTime time;
  std::uint64_t end = 0;
  bool operator==(const CommitMark&) const = default;
};

// Bytes of the log, in order.
struct LogPart {
  LogPosition begin;
  LogSalt salt{};
  std::uint32_t pageSize = 0;
  LogChecksum checksum;             // at the end of the bytes
  std::uint64_t firstSequence = 0;  // of the log's first object
  std::vector<CommitMark> marks;    // ends within the bytes, in order; none: a transaction goes on
};

// Bytes of the database file. Together with the log from the beginning of log `from.log` up to at
// least `from` they are the database.
struct BasePart {
  std::uint64_t piece = 0;
  std::uint64_t offset = 0;  // in the file
  bool last = false;
  std::uint64_t sequence = 0;  // of the first object of log from.log
  LogPosition from;
  WallTime time;  // when `from` was reached
};

struct Shipment {
  std::string database;  // file name
  std::string stream;
  std::uint64_t sequence = 0;  // log parts: from 1, without gaps; base parts: number of the base
  std::optional<LogPart> log;  // one of the two
  std::optional<BasePart> base;
  std::string previous;  // SHA-256 of the object before it, as it is stored; empty: the first
  Bytes bytes;
};

// The object as it is stored: line and bytes, compressed by zstd, sealed with the repository's key.
Bytes encodeShipment(const Shipment& shipment, const SealingKey& key);

// Corrupt where it is damaged, of another key, or no shipment. At most 64 MiB of content.
Result<Shipment> decodeShipment(Bytes sealed, const SealingKey& key);

// Keys below `prefix` ("" or "shipping/"): DATABASE/STREAM/log/SEQUENCE and
// DATABASE/STREAM/base/NUMBER/PIECE, numbers with twelve digits so that they sort.
std::string shipmentKey(const std::string& prefix, const Shipment& shipment);

struct ShipmentName {
  std::string stream;
  bool isLog = false;
  std::uint64_t sequence = 0;
  std::uint64_t piece = 0;  // of a base
  auto operator<=>(const ShipmentName&) const = default;
};
// Nothing for keys of others.
std::optional<ShipmentName> parseShipmentKey(const std::string& prefix, const std::string& database,
                                             const std::string& key);

}  // namespace shopkeeper::backup
