#include "sidecar/backup/storage/s3_xml.h"

#include <expat.h>

#include <charconv>
#include <functional>
#include <memory>

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxText = 64 << 10;

// Calls `onText` with the path of every element ("ListBucketResult/Contents/Key") and its text at
// its end. Document types, and with them entities, are refused.
class Walk {
 public:
  using OnText = std::function<bool(const std::string& path, std::string& text)>;

  explicit Walk(OnText onText) : onText_(std::move(onText)) {}

  bool run(std::span<const std::byte> xml) {
    const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(
        XML_ParserCreate(nullptr), [](XML_Parser parser) { XML_ParserFree(parser); });
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, begin, end);
    XML_SetCharacterDataHandler(parser_, text);
    XML_SetStartDoctypeDeclHandler(parser_, [](void* self, const char*, const char*, const char*,
                                               int) { static_cast<Walk*>(self)->refuse(); });
    const auto status = XML_Parse(parser_, reinterpret_cast<const char*>(xml.data()),
                                  static_cast<int>(xml.size()), XML_TRUE);
    return status == XML_STATUS_OK && right_;
  }

 private:
  static void begin(void* self, const char* name, const char**) {
    auto& walk = *static_cast<Walk*>(self);
    if (walk.lengths_.size() == kMaxDepth) return walk.refuse();
    walk.lengths_.push_back(walk.path_.size());
    if (!walk.path_.empty()) walk.path_ += '/';
    walk.path_ += name;
    walk.text_.clear();
  }
  static void end(void* self, const char*) {
    auto& walk = *static_cast<Walk*>(self);
    if (!walk.onText_(walk.path_, walk.text_)) walk.refuse();
    walk.path_.resize(walk.lengths_.back());
    walk.lengths_.pop_back();
    walk.text_.clear();
  }
  static void text(void* self, const char* bytes, int size) {
    auto& walk = *static_cast<Walk*>(self);
    if (walk.text_.size() + static_cast<std::size_t>(size) > kMaxText) return walk.refuse();
    walk.text_.append(bytes, static_cast<std::size_t>(size));
  }
  void refuse() {
    right_ = false;
    XML_StopParser(parser_, XML_FALSE);
  }

  const OnText onText_;
  XML_Parser parser_ = nullptr;
  bool right_ = true;
  std::string path_;
  std::string text_;
  std::vector<std::size_t> lengths_;  // of path_, before each open element
};

bool parseNumber(const std::string& text, std::uint64_t& number) {
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), number);
  return why == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool decodePercent(std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return false;
    const auto [end, why] = std::from_chars(&text[i + 1], &text[i + 1] + 2, value, 16);
    if (why != std::errc() || end != &text[i + 1] + 2) return false;
    decoded += static_cast<char>(value);
    i += 2;
  }
  text = std::move(decoded);
  return true;
}

// What a listing says, element by element; whether it is whole is judged at the end.
struct Listing {
  S3Page page;
  StoredObject object;
  bool hasKey = false, hasSize = false, encoded = false, ended = false;
  std::string truncated;

  bool take(const std::string& path, std::string& text) {
    if (path == "ListBucketResult") return ended = true;
    if (!path.starts_with("ListBucketResult/")) return false;
    if (path == "ListBucketResult/IsTruncated") truncated = text;
    if (path == "ListBucketResult/NextContinuationToken") page.nextToken = text;
    if (path == "ListBucketResult/EncodingType") encoded = text == "url";
    if (path == "ListBucketResult/Contents/Key") {
      object.key = text;
      hasKey = !text.empty();
    }
    if (path == "ListBucketResult/Contents/Size") hasSize = parseNumber(text, object.size);
    if (path != "ListBucketResult/Contents") return true;
    if (!hasKey || !hasSize) return false;
    page.objects.push_back(std::move(object));
    object = {};
    hasKey = hasSize = false;
    return true;
  }

  // Servers may put EncodingType after the keys.
  bool finish() {
    if (!ended || (truncated != "true" && truncated != "false")) return false;
    if (truncated == "false") page.nextToken.clear();
    if (truncated == "true" && page.nextToken.empty()) return false;
    for (auto& found : page.objects) {
      if (encoded && !decodePercent(found.key)) return false;
    }
    return true;
  }
};

}  // namespace

Result<S3Page> parseListing(std::span<const std::byte> xml) {
  Listing listing;
  Walk walk([&](const std::string& path, std::string& text) { return listing.take(path, text); });
  if (walk.run(xml) && listing.finish()) return std::move(listing.page);
  return Error(ErrorCode::Unavailable, "the answer is no list of objects: is this an S3 server?");
}

std::optional<S3Fault> parseFault(std::span<const std::byte> xml) {
  S3Fault fault;
  Walk walk([&](const std::string& path, std::string& text) {
    if (path == "Error/Code") fault.code = text;
    if (path == "Error/Message") fault.message = text;
    return true;
  });
  if (!walk.run(xml) || fault.code.empty()) return std::nullopt;
  return fault;
}

}  // namespace shopkeeper::backup
