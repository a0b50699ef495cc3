#include "services/search/request.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/http/message.h"
#include "services/search/analyzer.h"
#include "services/search/fold.h"

namespace shopkeeper::search {
namespace {

Error invalid(std::string message) { return Error(ErrorCode::InvalidArgument, std::move(message)); }

Result<unsigned> parseCount(const std::string& name, const std::string& text, unsigned low,
                            unsigned high) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || stop != end || value < low || value > high) {
    return invalid("parameter " + name + ": expected a whole number from " + std::to_string(low) +
                   " to " + std::to_string(high));
  }
  return value;
}

Result<std::int64_t> parsePrice(const std::string& name, const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (problem != std::errc() || stop != end || !(value >= 0) || value > limits::kPrice) {
    return invalid("parameter " + name + ": expected a price from 0 to 1000000000, such as 99.50");
  }
  return std::llround(value * 100);
}

Status addFilter(const std::string& name, std::string value, std::vector<std::string>& out) {
  if (value.empty()) return ok();
  if (codePoints(value) > limits::kFilterCharacters) {
    return invalid("parameter " + name + ": at most " + std::to_string(limits::kFilterCharacters) +
                   " characters are allowed");
  }
  if (out.size() >= limits::kFilterValues) {
    return invalid("parameter " + name + ": at most " + std::to_string(limits::kFilterValues) +
                   " values are allowed");
  }
  if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(std::move(value));
  return ok();
}

Result<Sort> parseSort(const std::string& text) {
  if (text == "relevance") return Sort::Relevance;
  if (text == "price_asc") return Sort::PriceAscending;
  if (text == "price_desc") return Sort::PriceDescending;
  return invalid("parameter sort: expected relevance, price_asc or price_desc");
}

bool hasCjk(std::string_view text) {
  const std::vector<Piece> pieces = dissect(text);
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const Piece& p) { return p.kind == Piece::Kind::Cjk; });
}

class Parser {
 public:
  Status take(const std::string& name, std::string value) {
    if (!isUtf8(value)) return invalid("parameter " + name + ": expected UTF-8 text");
    if (name == "q") {
      if (codePoints(value) > limits::kQueryCharacters) {
        return invalid("parameter q: at most " + std::to_string(limits::kQueryCharacters) +
                       " characters are allowed");
      }
      out_.query = std::move(value);
      return ok();
    }
    if (name == "brand") return addFilter(name, std::move(value), out_.brands);
    if (name == "category") return addFilter(name, std::move(value), out_.categories);
    if (value.empty()) return ok();  // a form's empty field
    if (name == "lang") {
      if (value != "en" && value != "zh") return invalid("parameter lang: expected en or zh");
      language_ = value == "zh" ? Language::Chinese : Language::English;
      return ok();
    }
    if (name == "sort") return keep(parseSort(value), out_.sort);
    if (name == "offset") return keep(parseCount(name, value, 0, limits::kOffset), out_.offset);
    if (name == "limit") return keep(parseCount(name, value, 1, limits::kLimit), out_.limit);
    if (name == "min_price") return keep(parsePrice(name, value), out_.minCents);
    if (name == "max_price") return keep(parsePrice(name, value), out_.maxCents);
    return ok();
  }

  Result<SearchRequest> finish() {
    if (out_.minCents && out_.maxCents && *out_.minCents > *out_.maxCents) {
      return invalid("parameter min_price: must not be above max_price");
    }
    out_.language = language_.value_or(hasCjk(out_.query) ? Language::Chinese : Language::English);
    return std::move(out_);
  }

 private:
  template <class T, class U>
  static Status keep(Result<T> value, U& into) {
    if (!value) return value.error();
    into = *value;
    return ok();
  }

  SearchRequest out_;
  std::optional<Language> language_;
};

}  // namespace

Result<SearchRequest> parseSearchRequest(std::string_view text) {
  Parser parser;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string name = http::percentDecode(pair.substr(0, equals), true);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (Status status = parser.take(name, http::percentDecode(value, true)); !status) {
      return status.error();
    }
  }
  return parser.finish();
}

}  // namespace shopkeeper::search
