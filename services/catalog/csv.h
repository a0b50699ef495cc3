// Cuts a byte stream into CSV records as RFC 4180 has them: quoted fields may hold commas, line
// ends and doubled quotes. A quote inside an unquoted field stands for itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/catalog/bytes.h"

namespace shopkeeper::catalog {

// Not thread-safe.
class CsvReader {
 public:
  CsvReader(ByteSource& source, std::size_t maxRecordBytes)
      : source_(source), maxRecordBytes_(maxRecordBytes) {}

  // The next record; false at the end. Empty lines are skipped but counted. InvalidArgument where
  // a quoted field does not end or something follows its closing quote: what comes after cannot be
  // told apart any more.
  Result<bool> next(std::vector<std::string>& fields);

  std::uint64_t number() const { return number_; }  // of the last record, from 1

 private:
  static constexpr int kEnd = -1;
  Result<int> take();  // the next byte, or kEnd

  ByteSource& source_;
  const std::size_t maxRecordBytes_;
  std::string buffer_;
  std::size_t begin_ = 0;
  int pushedBack_ = -2;
  std::uint64_t number_ = 0;
};

}  // namespace shopkeeper::catalog
