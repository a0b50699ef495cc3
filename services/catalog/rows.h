// The rows of a catalogue file as JSON objects, whatever its format.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/result.h"
#include "services/catalog/bytes.h"

namespace shopkeeper::catalog {

// Not thread-safe. Rows are numbered from 1 as people see them: lines of JSON Lines, elements of a
// JSON array, records of a CSV file with its header as row 1.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // False at the end. A row that cannot be read shows as `problem()` and reading goes on; what
  // makes all that follows unreadable is an Error; number() is then where that was.
  virtual Result<bool> next(nlohmann::json& row) = 0;
  std::uint64_t number() const { return number_; }
  const std::string& problem() const { return problem_; }

 protected:
  std::uint64_t number_ = 0;
  std::string problem_;
};

inline constexpr std::size_t kMaxRowBytes = 1u << 20;

// Looks at the first bytes: '[' starts a JSON array, '{' JSON Lines, all else is CSV with a header.
// A UTF-8 byte order mark is skipped, UTF-16 is refused. `source` (unpacked) must outlive the rows.
Result<std::unique_ptr<RowSource>> openRows(ByteSource& source);

// The formats by themselves.
std::unique_ptr<RowSource> jsonLines(std::unique_ptr<ByteSource> source);
std::unique_ptr<RowSource> jsonArray(std::unique_ptr<ByteSource> source);
std::unique_ptr<RowSource> csvRows(std::unique_ptr<ByteSource> source);

}  // namespace shopkeeper::catalog
