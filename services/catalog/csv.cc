#include "services/catalog/csv.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "services/catalog/rows.h"
#include "services/catalog/text.h"

namespace shopkeeper::catalog {
namespace {
constexpr std::size_t kChunk = 64u << 10;
constexpr std::size_t kMaxColumns = 1'000;

Error wrong(const std::string& what) { return Error(ErrorCode::InvalidArgument, what); }
}  // namespace

Result<int> CsvReader::take() {
  if (pushedBack_ != -2) return std::exchange(pushedBack_, -2);
  if (begin_ == buffer_.size()) {
    buffer_.resize(kChunk);
    const auto got = source_.read(buffer_.data(), kChunk);
    buffer_.resize(got ? *got : 0);
    begin_ = 0;
    if (!got) return got.error();
    if (*got == 0) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[begin_++]);
}

Result<bool> CsvReader::next(std::vector<std::string>& fields) {
  enum class At { FieldStart, Plain, Quoted, AfterQuote };
  fields.assign(1, "");
  At at = At::FieldStart;
  std::size_t bytes = 0;
  bool any = false;  // a byte of this record was seen
  ++number_;
  while (true) {
    const auto taken = take();
    if (!taken) return taken.error();
    int byte = *taken;
    if (byte == '\r' && at != At::Quoted) {  // "\r\n" and a lone "\r" end a line alike
      const auto following = take();
      if (!following) return following.error();
      if (*following != '\n') pushedBack_ = *following;
      byte = '\n';
    }
    const bool ends = byte == kEnd || (byte == '\n' && at != At::Quoted);
    if (ends) {
      if (at == At::Quoted) return wrong("a quoted field does not end");
      if (any) return true;
      if (byte == kEnd) return false;
      ++number_;  // an empty line
      continue;
    }
    any = true;
    if (++bytes > maxRecordBytes_) {
      return wrong(at == At::Quoted
                       ? "a quoted field does not end within " + std::to_string(maxRecordBytes_) +
                             " bytes"
                       : "it is longer than " + std::to_string(maxRecordBytes_) + " bytes");
    }
    if (at == At::Quoted) {
      byte == '"' ? void(at = At::AfterQuote) : void(fields.back() += static_cast<char>(byte));
    } else if (at == At::AfterQuote && byte == '"') {
      fields.back() += '"';
      at = At::Quoted;
    } else if (byte == ',') {
      if (fields.size() == kMaxColumns) {
        return wrong("it has more than " + std::to_string(kMaxColumns) + " fields");
      }
      fields.emplace_back();
      at = At::FieldStart;
    } else if (at == At::AfterQuote) {
      return wrong("something follows the closing quote of field " + std::to_string(fields.size()) +
                   "; a quote in quoted text is doubled (\"\")");
    } else if (at == At::FieldStart && byte == '"') {
      at = At::Quoted;
    } else {
      fields.back() += static_cast<char>(byte);
      at = At::Plain;
    }
  }
}

namespace {

// Records become JSON objects by the header's names.
class CsvRows final : public RowSource {
 public:
  explicit CsvRows(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), reader_(*source_, kMaxRowBytes) {}

  Result<bool> next(nlohmann::json& row) override {
    problem_.clear();
    if (columns_.empty()) {
      if (const Status header = readHeader(); !header) return header.error();
    }
    const auto got = reader_.next(fields_);
    number_ = reader_.number();
    if (!got || !*got) return got;
    if (fields_.size() != columns_.size()) {
      problem_ = "it has " + std::to_string(fields_.size()) + " fields where the header has " +
                 std::to_string(columns_.size());
      return true;
    }
    row = nlohmann::json::object();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!isUtf8(fields_[i])) {
        problem_ = "field \"" + columns_[i] + "\" must be UTF-8 text";
        return true;
      }
      if (!fields_[i].empty()) put(row, columns_[i], fields_[i]);
    }
    return true;
  }

 private:
  Status readHeader() {
    const auto got = reader_.next(columns_);
    number_ = reader_.number();
    if (!got) return got.error();
    std::set<std::string> seen;
    for (std::string& column : columns_) {
      column = std::string(trimmed(column));
      if (column.empty() || !isUtf8(column)) {
        return wrong("the header has a column without a name");
      }
      if (!seen.insert(column).second) {
        return wrong("the header has the column \"" + shortened(column, 80) + "\" twice");
      }
    }
    if (columns_.size() < 2) {
      return wrong("no CSV header with commas was found, and no JSON either; it begins \"" +
                   shortened(columns_.front(), 40) + "\"");
    }
    return ok();
  }

  static void put(nlohmann::json& row, const std::string& column, const std::string& value) {
    constexpr std::string_view kAttribute = "attributes.";
    if (column.starts_with(kAttribute) && column.size() > kAttribute.size()) {
      auto& attributes = row["attributes"];
      if (!attributes.is_object()) attributes = nlohmann::json::object();
      attributes[column.substr(kAttribute.size())] = value;
    } else if (column == "related" || column == "alternatives" || column == "alternatives_zh") {
      row[column] = splitList(value, '|');
    } else if (column == "price" || column == "popularity") {
      // What is no number stays a text, and the record's parser says that it must be one.
      const auto number = parseNumber(value);
      number ? void(row[column] = *number) : void(row[column] = value);
    } else {
      row[column] = value;
    }
  }

  const std::unique_ptr<ByteSource> source_;
  CsvReader reader_;
  std::vector<std::string> columns_, fields_;
};

}  // namespace

std::unique_ptr<RowSource> csvRows(std::unique_ptr<ByteSource> source) {
  return std::make_unique<CsvRows>(std::move(source));
}

}  // namespace shopkeeper::catalog
