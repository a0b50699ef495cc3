// Streams the elements of a JSON array: only one of them is ever in memory.
#include <nlohmann/json.hpp>

#include "services/catalog/rows.h"

namespace shopkeeper::catalog {
namespace {

constexpr std::size_t kChunk = 64u << 10;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class JsonArray final : public RowSource {
 public:
  explicit JsonArray(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  Result<bool> next(nlohmann::json& row) override {
    problem_.clear();
    if (ended_) return false;
    const auto more = toElement();
    if (!more || !*more) return more;
    ++number_;
    const Status read = readElement();
    if (!read) return read.error();
    if (!problem_.empty()) return true;
    row = nlohmann::json::parse(element_, nullptr, false);
    if (row.is_discarded()) {
      problem_ = "the element is not valid JSON";
    } else if (!row.is_object()) {
      problem_ = "the element is not a JSON object";
    }
    return true;
  }

 private:
  // The next byte without taking it; false at the end of the source.
  Result<bool> peek(char& byte) {
    if (begin_ == buffer_.size()) {
      buffer_.resize(kChunk);
      const auto got = source_->read(buffer_.data(), kChunk);
      buffer_.resize(got ? *got : 0);
      begin_ = 0;
      if (!got) return got.error();
      if (*got == 0) return false;
    }
    byte = buffer_[begin_];
    return true;
  }

  Result<bool> peekNonBlank(char& byte) {
    while (true) {
      const auto got = peek(byte);
      if (!got || !*got || !isBlank(byte)) return got;
      ++begin_;
    }
  }

  Error cutOff() const {
    return Error(ErrorCode::InvalidArgument, "the JSON array ends too early");
  }

  // Moves behind '[' or ','; false where the array ends, with nothing after it.
  Result<bool> toElement() {
    char byte = 0;
    const bool first = number_ == 0 && !opened_;
    auto got = peekNonBlank(byte);
    if (!got) return got;
    if (!*got) return cutOff();
    if (first) {
      opened_ = true;
      ++begin_;  // '[', as openRows() saw
      got = peekNonBlank(byte);
      if (!got) return got;
      if (!*got) return cutOff();
      if (byte != ']') return true;
    }
    ++begin_;
    if (byte == ',' && !first) {
      got = peekNonBlank(byte);
      if (!got) return got;
      return *got ? Result<bool>(true) : Result<bool>(cutOff());
    }
    if (byte != ']') {
      return Error(ErrorCode::InvalidArgument, "a comma or the array's end must follow it");
    }
    ended_ = true;
    got = peekNonBlank(byte);
    if (!got) return got;
    if (!*got) return false;
    return Error(ErrorCode::InvalidArgument, "something follows the JSON array's end");
  }

  // Takes bytes up to the comma or bracket that ends the element.
  Status readElement() {
    element_.clear();
    int depth = 0;
    bool inString = false, escaped = false, tooLong = false;
    while (true) {
      char byte = 0;
      const auto got = peek(byte);
      if (!got) return got.error();
      if (!*got) return cutOff();
      if (!inString && depth == 0 && (byte == ',' || byte == ']')) break;
      ++begin_;
      if (inString) {
        if (escaped) {
          escaped = false;
        } else if (byte == '\\') {
          escaped = true;
        } else if (byte == '"') {
          inString = false;
        }
      } else if (byte == '"') {
        inString = true;
      } else if (byte == '{' || byte == '[') {
        ++depth;
      } else if (byte == '}' || byte == ']') {
        --depth;
      }
      tooLong = tooLong || element_.size() >= kMaxRowBytes;
      if (!tooLong) element_ += byte;
    }
    if (tooLong) {
      problem_ = "the element is longer than " + std::to_string(kMaxRowBytes) + " bytes";
    }
    return ok();
  }

  const std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::string element_;
  bool opened_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<RowSource> jsonArray(std::unique_ptr<ByteSource> source) {
  return std::make_unique<JsonArray>(std::move(source));
}

}  // namespace shopkeeper::catalog
