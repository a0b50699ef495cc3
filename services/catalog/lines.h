// Cuts a byte stream into lines with a limit, and counts them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "services/catalog/bytes.h"

namespace shopkeeper::catalog {

// Not thread-safe.
class LineReader {
 public:
  LineReader(ByteSource& source, std::size_t maxLineBytes)
      : source_(source), maxLineBytes_(maxLineBytes) {}

  // The next line without its end ("\n" or "\r\n"); false at the end of the stream. A line over the
  // limit is skipped and shows as `tooLong()`. The view is good until the next call.
  Result<bool> next(std::string_view& line);

  std::uint64_t number() const { return number_; }  // of the last line, from 1
  bool tooLong() const { return tooLong_; }

 private:
  ByteSource& source_;
  const std::size_t maxLineBytes_;
  std::string buffer_;
  std::size_t begin_ = 0;
  bool ended_ = false;
  bool tooLong_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace shopkeeper::catalog
