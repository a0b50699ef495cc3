#include "services/search/analyzer.h"

#include <xapian.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "services/search/fold.h"

namespace shopkeeper::search {
namespace {

constexpr std::size_t kLongestWord = 64;

// Units as people write them after a number, to the one form that is indexed. Lengths, weights and
// volumes stay in the unit given: shops and shoppers use the same one for the same goods.
const std::unordered_map<std::string_view, std::string_view>& units() {
  static const std::unordered_map<std::string_view, std::string_view> map{
      {"in", "inch"}, {"inch", "inch"}, {"inches", "inch"}, {"\"", "inch"},      {"″", "inch"},
      {"”", "inch"},  {"英寸", "inch"}, {"寸", "inch"},     {"gb", "gb"},        {"tb", "tb"},
      {"mb", "mb"},   {"mah", "mah"},   {"毫安时", "mah"},  {"毫安", "mah"},     {"w", "w"},
      {"watt", "w"},  {"watts", "w"},   {"瓦", "w"},        {"kg", "kg"},        {"kgs", "kg"},
      {"公斤", "kg"}, {"千克", "kg"},   {"hz", "hz"},       {"赫兹", "hz"},      {"l", "l"},
      {"litre", "l"}, {"litres", "l"},  {"liter", "l"},     {"liters", "l"},     {"升", "l"},
      {"ml", "ml"},   {"毫升", "ml"},   {"mm", "mm"},       {"毫米", "mm"},      {"cm", "cm"},
      {"厘米", "cm"}, {"m", "m"},       {"米", "m"},        {"h", "h"},          {"hour", "h"},
      {"hours", "h"}, {"小时", "h"},    {"mp", "mp"},       {"万像素", "wanpx"}, {"v", "v"},
      {"伏", "v"},    {"lm", "lm"},     {"流明", "lm"},     {"dpi", "dpi"},      {"ppm", "ppm"},
      {"rpm", "rpm"}, {"ghz", "ghz"},   {"mhz", "mhz"},     {"db", "db"},        {"分贝", "db"},
      {"oz", "oz"},   {"ft", "ft"},     {"feet", "ft"}};
  return map;
}

struct CodePoint {
  unsigned value;
  std::size_t begin, end;
};

std::vector<CodePoint> decode(std::string_view text) {
  std::vector<CodePoint> out;
  out.reserve(text.size());
  const Xapian::Utf8Iterator stop;
  for (Xapian::Utf8Iterator it(text.data(), text.size()); it != stop;) {
    const auto begin = static_cast<std::size_t>(it.raw() - text.data());
    const unsigned value = narrow(*it);
    ++it;
    const auto end = it == stop ? text.size() : static_cast<std::size_t>(it.raw() - text.data());
    out.push_back({value, begin, end});
  }
  return out;
}

bool isDigit(unsigned c) { return c >= '0' && c <= '9'; }
bool allDigits(std::string_view s) {
  return !s.empty() &&
         std::all_of(s.begin(), s.end(), [](char c) { return isDigit(c) || c == '.'; });
}

class Dissector {
 public:
  explicit Dissector(std::string_view text) : text_(text), points_(decode(text)) {}

  std::vector<Piece> run() {
    while (at_ < points_.size()) {
      if (isCjk(points_[at_].value)) {
        cjkRun();
      } else if (isWordCharacter(points_[at_].value)) {
        chain();
      } else {
        ++at_;
      }
    }
    return std::move(pieces_);
  }

 private:
  unsigned value(std::size_t i) const { return i < points_.size() ? points_[i].value : 0; }
  bool isWordAt(std::size_t i) const { return i < points_.size() && isWordCharacter(value(i)); }

  static bool joins(unsigned c) { return c == '-' || c == '.' || c == '_' || c == 0x2011; }

  // Letters and digits, with "13.3" and "kid's" as one word.
  Part word() {
    Part part;
    part.begin = points_[at_].begin;
    for (; at_ < points_.size(); ++at_) {
      const unsigned c = value(at_);
      if (isWordCharacter(c)) {
        appendFolded(part.text, c);
      } else if (c == '.' && isDigit(value(at_ - 1)) && isDigit(value(at_ + 1)) &&
                 allDigits(part.text)) {
        part.text += '.';
      } else if ((c == '\'' || c == 0x2019) && isWordAt(at_ + 1)) {
        if (value(at_ + 1) == 's' && !isWordAt(at_ + 2)) {
          part.end = points_[at_].begin;
          at_ += 2;
          return part;
        }
      } else {
        break;
      }
    }
    part.end = points_[at_ - 1].end;
    return part;
  }

  void chain() {
    std::vector<Part> parts;
    parts.push_back(word());
    while (joins(value(at_)) && isWordAt(at_ + 1)) {
      ++at_;
      parts.push_back(word());
    }
    if (std::any_of(parts.begin(), parts.end(),
                    [](const Part& p) { return p.text.empty() || p.text.size() > kLongestWord; })) {
      return;
    }
    if (parts.size() == 1) splitGluedUnit(parts);
    if (parts.size() == 2 && isQuantity(parts)) {
      quantity(std::move(parts));
    } else if (parts.size() > 1) {
      Piece piece{Piece::Kind::Compound, std::move(parts), {}};
      for (const Part& p : piece.parts) piece.joined += p.text;
      if (piece.joined.size() > kLongestWord) piece.joined.resize(kLongestWord);
      pieces_.push_back(std::move(piece));
    } else if (!(allDigits(parts[0].text) && followingUnit(parts))) {
      pieces_.push_back({Piece::Kind::Word, std::move(parts), {}});
    }
  }

  static bool isQuantity(const std::vector<Part>& parts) {
    return allDigits(parts[0].text) && units().contains(parts[1].text);
  }

  // "32gb" is 32 + gb.
  static void splitGluedUnit(std::vector<Part>& parts) {
    const std::string text = parts[0].text;
    const std::size_t letters = text.find_first_not_of("0123456789.");
    if (letters == 0 || letters == std::string::npos) return;
    if (!units().contains(std::string_view(text).substr(letters))) return;
    const std::size_t cut = parts[0].end - (text.size() - letters);
    parts[0].text.resize(letters);
    parts.push_back({text.substr(letters), cut, parts[0].end});
    parts[0].end = cut;
  }

  // A unit behind a number and at most one blank: "14 in", "14 英寸", 17". Emits the quantity.
  bool followingUnit(std::vector<Part>& parts) {
    std::size_t i = at_;
    if (value(i) == ' ') ++i;
    std::string unit;
    std::size_t end = i;
    if (isCjk(value(i))) {
      // The longest unit that starts here.
      std::string grown;
      for (std::size_t k = i; k < i + 3 && k < points_.size() && isCjk(value(k)); ++k) {
        appendFolded(grown, value(k));
        if (units().contains(grown)) {
          unit = grown;
          end = k + 1;
        }
      }
    } else if (i == at_ && (value(i) == '"' || value(i) == 0x2033 || value(i) == 0x201D)) {
      unit = "\"";
      end = i + 1;
    } else {
      while (isWordAt(end) && end - i <= 6) appendFolded(unit, value(end++));
      if (isWordAt(end) || (joins(value(end)) && isWordAt(end + 1))) unit.clear();
    }
    if (unit.empty() || !units().contains(unit)) return false;
    parts.push_back({unit, points_[i].begin, points_[end - 1].end});
    at_ = end;
    quantity(std::move(parts));
    return true;
  }

  void quantity(std::vector<Part> parts) {
    parts[1].text = std::string(units().at(parts[1].text));
    Piece piece{Piece::Kind::Quantity, std::move(parts), {}};
    piece.joined = piece.parts[0].text + piece.parts[1].text;
    pieces_.push_back(std::move(piece));
  }

  void cjkRun() {
    Piece piece{Piece::Kind::Cjk, {}, {}};
    for (; at_ < points_.size() && isCjk(value(at_)); ++at_) {
      Part part{{}, points_[at_].begin, points_[at_].end};
      appendFolded(part.text, value(at_));
      piece.parts.push_back(std::move(part));
    }
    pieces_.push_back(std::move(piece));
  }

  std::string_view text_;
  std::vector<CodePoint> points_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Piece> dissect(std::string_view text) { return Dissector(text).run(); }

std::string termOf(std::string_view word) {
  const bool plain =
      std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!plain || word.size() < 3) return std::string(word);
  // A stemmer keeps state between calls, so each thread has its own.
  thread_local const Xapian::Stem stem("en");
  return stem(std::string(word));
}

std::vector<Term> gramsOf(const Piece& run) {
  std::vector<Term> out;
  if (run.parts.size() == 1) out.push_back({run.parts[0].text, run.begin(), run.end()});
  for (std::size_t i = 0; i + 1 < run.parts.size(); ++i) {
    const Part& a = run.parts[i];
    const Part& b = run.parts[i + 1];
    out.push_back({a.text + b.text, a.begin, b.end});
  }
  return out;
}

std::vector<Term> termsOf(const Piece& piece) {
  std::vector<Term> out;
  if (piece.kind == Piece::Kind::Cjk) {
    for (const Part& p : piece.parts) out.push_back({p.text, p.begin, p.end});
    if (piece.parts.size() > 1) {
      for (Term& t : gramsOf(piece)) out.push_back(std::move(t));
    }
    return out;
  }
  for (const Part& p : piece.parts) out.push_back({termOf(p.text), p.begin, p.end});
  if (!piece.joined.empty()) out.push_back({termOf(piece.joined), piece.begin(), piece.end()});
  return out;
}

std::string foldedForm(std::string_view text) {
  std::string out;
  for (const Piece& piece : dissect(text)) {
    if (!out.empty()) out += ' ';
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      if (i > 0 && piece.kind != Piece::Kind::Cjk) out += ' ';
      out += piece.parts[i].text;
    }
  }
  return out;
}

bool isStopWord(std::string_view word) {
  static const std::unordered_set<std::string_view> words{
      "a",    "an",   "and",  "are",  "as",    "at",   "be",    "by",   "can",  "do",  "does",
      "for",  "from", "get",  "has",  "have",  "how",  "i",     "in",   "is",   "it",  "its",
      "me",   "my",   "need", "of",   "on",    "or",   "our",   "some", "that", "the", "them",
      "this", "to",   "want", "what", "which", "with", "would", "you",  "your"};
  return words.contains(word);
}

}  // namespace shopkeeper::search
