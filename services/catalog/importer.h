// Reads a catalogue file record by record, checks everything, and collects what is wrong.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/result.h"
#include "services/catalog/bytes.h"
#include "services/catalog/field_map.h"
#include "services/catalog/model.h"

namespace shopkeeper::catalog {

// Where checked records go. InvalidArgument refuses the record (a duplicate) and the reading goes
// on to find more; every other error ends it.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual Status add(std::uint64_t row, const Product& product) = 0;
  virtual Status add(std::uint64_t row, const Answer& answer) = 0;
  virtual Status add(std::uint64_t row, const Event& event) = 0;
};

struct RowProblem {
  std::uint64_t row = 0;  // 0: the file as a whole
  std::string message;
};

struct ReadLimits {
  std::uint64_t rows = 5'000'000;
  std::uint64_t bytes = 8ull << 30;  // unpacked
  std::size_t problems = 100;        // reading stops after so many
};

struct ReadReport {
  std::uint64_t products = 0, answers = 0, events = 0;  // that the sink took
  std::vector<RowProblem> problems;                     // not empty: the file must not be used
  bool moreProblems = false;                            // reading stopped at the limit
};

// Formats: JSON Lines, a JSON array or CSV, each also gzipped; see rows.h. A record without "kind"
// is a product. `map` may be null. An error is for what is not the file's fault: a source that
// cannot be read on, a sink that failed, Cancelled.
Result<ReadReport> readCatalogue(std::unique_ptr<ByteSource> source, const FieldMap* map,
                                 const ReadLimits& limits, std::stop_token stop, RecordSink& sink);

}  // namespace shopkeeper::catalog
