#include "services/catalog/importer.h"

#include <nlohmann/json.hpp>

#include "services/catalog/rows.h"
#include "services/catalog/text.h"

namespace shopkeeper::catalog {
namespace {

// The fault of the file, not of the machine.
bool isFileFault(const Error& error) {
  return error.code() == ErrorCode::InvalidArgument || error.code() == ErrorCode::Corrupt ||
         error.code() == ErrorCode::TooLarge;
}

template <class Record>
Status take(std::uint64_t row, const Result<Record>& record, RecordSink& sink,
            std::uint64_t& count) {
  if (!record) return record.error();
  const Status added = sink.add(row, *record);
  if (added) ++count;
  return added;
}

Status takeRow(std::uint64_t number, const nlohmann::json& row, RecordSink& sink,
               ReadReport& report) {
  const auto kind = row.find("kind");
  if (kind == row.end() || *kind == "product") {
    return take(number, parseProduct(row), sink, report.products);
  }
  if (*kind == "answer") return take(number, parseAnswer(row), sink, report.answers);
  if (*kind == "event") return take(number, parseEvent(row), sink, report.events);
  return Error(ErrorCode::InvalidArgument, "field \"kind\" must be product, answer or event");
}

class Reading {
 public:
  Reading(const FieldMap* map, const ReadLimits& limits, RecordSink& sink)
      : map_(map), limits_(limits), sink_(sink) {}

  Result<ReadReport> run(ByteSource& source, const std::stop_token& stop) {
    auto rows = openRows(source);
    if (!rows) return unreadable(0, rows.error());
    nlohmann::json row;
    while (true) {
      if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "the import was stopped");
      const auto got = (*rows)->next(row);
      if (!got) return unreadable((*rows)->number(), got.error());
      if (!*got) return std::move(report_);
      if (++count_ > limits_.rows) {
        note(0, "the file has more than " + std::to_string(limits_.rows) + " rows");
        return std::move(report_);
      }
      if (const Status used = use(**rows, row); !used) return used.error();
      if (report_.problems.size() >= limits_.problems) {
        report_.moreProblems = true;
        return std::move(report_);
      }
    }
  }

 private:
  Status use(const RowSource& rows, const nlohmann::json& row) {
    if (!rows.problem().empty()) {
      note(rows.number(), rows.problem());
      return ok();
    }
    const Status taken =
        takeRow(rows.number(), map_ == nullptr ? row : map_->apply(row), sink_, report_);
    if (taken) return ok();
    if (taken.error().code() != ErrorCode::InvalidArgument) return taken;
    note(rows.number(), taken.error().message());
    return ok();
  }

  Result<ReadReport> unreadable(std::uint64_t row, const Error& error) {
    if (!isFileFault(error)) return error;
    note(row, error.message());
    return std::move(report_);
  }

  void note(std::uint64_t row, const std::string& message) {
    report_.problems.push_back({row, shortened(message, 500)});
  }

  const FieldMap* const map_;
  const ReadLimits limits_;
  RecordSink& sink_;
  ReadReport report_;
  std::uint64_t count_ = 0;
};

}  // namespace

Result<ReadReport> readCatalogue(std::unique_ptr<ByteSource> source, const FieldMap* map,
                                 const ReadLimits& limits, std::stop_token stop, RecordSink& sink) {
  const auto unpacked = inflated(std::move(source), limits.bytes);
  return Reading(map, limits, sink).run(*unpacked, stop);
}

}  // namespace shopkeeper::catalog
