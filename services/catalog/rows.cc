#include "services/catalog/rows.h"

#include <nlohmann/json.hpp>

#include "services/catalog/lines.h"
#include "services/catalog/text.h"

namespace shopkeeper::catalog {
namespace {

// Gives back the bytes that were looked at, then the rest of the source.
class Rewound final : public ByteSource {
 public:
  Rewound(std::string head, ByteSource& rest) : head_(std::move(head)), rest_(rest) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (used_ == head_.size()) return rest_.read(buffer, size);
    const std::size_t count = head_.copy(buffer, size, used_);
    used_ += count;
    return count;
  }

 private:
  const std::string head_;
  std::size_t used_ = 0;
  ByteSource& rest_;
};

class JsonLines final : public RowSource {
 public:
  explicit JsonLines(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), lines_(*source_, kMaxRowBytes) {}

  Result<bool> next(nlohmann::json& row) override {
    problem_.clear();
    std::string_view line;
    while (true) {
      const auto got = lines_.next(line);
      if (!got || !*got) return got;
      number_ = lines_.number();
      if (lines_.tooLong()) {
        problem_ = "the line is longer than " + std::to_string(kMaxRowBytes) + " bytes";
        return true;
      }
      if (!trimmed(line).empty()) break;  // blank lines are no rows
    }
    row = nlohmann::json::parse(line, nullptr, false);
    if (row.is_discarded()) {
      problem_ = isUtf8(line) ? "the line is not valid JSON" : "the line is not UTF-8 text";
    } else if (!row.is_object()) {
      problem_ = "the line is not a JSON object";
    }
    return true;
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  LineReader lines_;
};

}  // namespace

std::unique_ptr<RowSource> jsonLines(std::unique_ptr<ByteSource> source) {
  return std::make_unique<JsonLines>(std::move(source));
}

Result<std::unique_ptr<RowSource>> openRows(ByteSource& source) {
  constexpr std::string_view kBlank = " \t\r\n";
  std::string head;
  std::size_t start = 0;
  // Three bytes for the byte order mark, then up to the first that is not blank.
  while (head.size() < 3 || head.find_first_not_of(kBlank, start) == std::string::npos) {
    if (head.size() > kMaxRowBytes) {
      return Error(ErrorCode::InvalidArgument, "the file begins with too much white space");
    }
    const std::size_t before = head.size();
    head.resize(before + 4096);
    const auto got = source.read(head.data() + before, 4096);
    head.resize(before + (got ? *got : 0));
    if (!got) return got.error();
    if (*got == 0) break;
    if (head.starts_with("\xEF\xBB\xBF")) start = 3;
  }
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    return Error(ErrorCode::InvalidArgument, "the file is UTF-16 text: save it as UTF-8");
  }
  const auto first = head.find_first_not_of(kBlank, start);
  const char mark = first == std::string::npos ? '{' : head[first];
  auto rewound = std::make_unique<Rewound>(head.substr(start), source);
  if (mark == '[') return jsonArray(std::move(rewound));
  if (mark == '{') return jsonLines(std::move(rewound));
  return csvRows(std::move(rewound));
}

}  // namespace shopkeeper::catalog
