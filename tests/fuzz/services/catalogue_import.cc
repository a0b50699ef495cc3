// Any bytes as a catalogue file: no crash, bounded work, and what is accepted is well-formed.
// An 'm' in front reads the rest through a field map.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "services/catalog/importer.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::catalog;

[[noreturn]] void broken(const char* what) {
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

// What is stored is read again by every other service.
template <class Record>
void expectRoundTrip(const Record& record, Result<Record> (*parse)(const nlohmann::json&)) {
  const auto text = toJson(record).dump();  // throws where a text is not UTF-8
  const auto again = parse(nlohmann::json::parse(text));
  if (!again || *again != record) broken("a record does not survive being written and read");
}

class CheckingSink final : public RecordSink {
 public:
  Status add(std::uint64_t row, const Product& product) override {
    expectRoundTrip(product, parseProduct);
    return count(row);
  }
  Status add(std::uint64_t row, const Answer& answer) override {
    expectRoundTrip(answer, parseAnswer);
    return count(row);
  }
  Status add(std::uint64_t row, const Event& event) override {
    expectRoundTrip(event, parseEvent);
    return count(row);
  }

 private:
  Status count(std::uint64_t row) {
    if (row <= last_) broken("rows do not rise");
    last_ = row;
    return ok();
  }
  std::uint64_t last_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const FieldMap map = *FieldMap::parse(
      R"({"title":"name|title","price":{"field":"p","scale":0.01},"currency":{"value":"EUR"},
          "attributes":["a_*","ean"]})");
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool mapped = bytes.starts_with('m');
  if (mapped) bytes.remove_prefix(1);
  ReadLimits limits;
  limits.rows = 10'000;
  limits.bytes = 4u << 20;
  CheckingSink sink;
  const auto report = readCatalogue(memorySource(bytes), mapped ? &map : nullptr, limits, {}, sink);
  if (!report) broken("memory cannot fail");
  if (report->problems.size() > limits.problems + 1) broken("more problems than allowed");
  return 0;
}
