#include "services/search/snippet.h"

#include <algorithm>
#include <vector>

#include "services/search/analyzer.h"
#include "services/search/fold.h"

namespace shopkeeper::search {
namespace {

constexpr std::size_t kLookedAt = 4u << 10;
constexpr std::string_view kEllipsis = "…";

struct Mark {
  std::size_t begin, end;
  std::size_t term;  // number of the term, to count different ones
};

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string_view headOf(std::string_view text) {
  if (text.size() <= kLookedAt) return text;
  std::size_t cut = kLookedAt;
  while (cut > 0 && continues(text[cut])) --cut;
  return text.substr(0, cut);
}

std::vector<Mark> findMarks(std::string_view text, const std::unordered_set<std::string>& terms) {
  std::vector<Mark> marks;
  if (terms.empty()) return marks;
  for (const Piece& piece : dissect(text)) {
    for (const Term& term : termsOf(piece)) {
      const auto at = terms.find(term.text);
      if (at == terms.end()) continue;
      marks.push_back({term.begin, term.end, std::hash<std::string>{}(*at)});
    }
  }
  std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  return marks;
}

// Columns a text takes: a three-byte character is one of Chinese, two columns wide.
std::size_t advance(std::string_view text, std::size_t from, std::size_t width) {
  std::size_t at = from;
  for (std::size_t used = 0; at < text.size();) {
    std::size_t next = at + 1;
    while (next < text.size() && continues(text[next])) ++next;
    used += next - at >= 3 ? 2 : 1;
    if (used > width) break;
    at = next;
  }
  return at;
}

// Where a sentence starts, each worth being a snippet's first word.
std::vector<std::size_t> sentenceStarts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool latin = (text[i] == '.' || text[i] == '!' || text[i] == '?') && text[i + 1] == ' ';
    const std::string_view three = text.substr(i, 3);
    const bool chinese = three == "。" || three == "！" || three == "？";
    if (latin && i + 2 < text.size()) starts.push_back(i + 2);
    if (chinese && i + 3 < text.size()) starts.push_back(i + 3);
  }
  return starts;
}

std::size_t differentTerms(const std::vector<Mark>& marks, std::size_t begin, std::size_t end) {
  std::vector<std::size_t> seen;
  for (const Mark& mark : marks) {
    if (mark.begin < begin || mark.end > end) continue;
    if (std::find(seen.begin(), seen.end(), mark.term) == seen.end()) seen.push_back(mark.term);
  }
  return seen.size();
}

// The sentence start whose window holds most different terms, the earliest of equals; else, where
// the first mark lies beyond every window, a word shortly before it.
std::size_t bestStart(std::string_view text, const std::vector<Mark>& marks, std::size_t width) {
  std::size_t best = 0, most = differentTerms(marks, 0, advance(text, 0, width));
  for (const std::size_t start : sentenceStarts(text)) {
    const std::size_t count = differentTerms(marks, start, advance(text, start, width));
    if (count > most) {
      best = start;
      most = count;
    }
  }
  if (most > 0 || marks.empty()) return best;
  std::size_t start = marks.front().begin - std::min<std::size_t>(marks.front().begin, width / 4);
  while (start < marks.front().begin && continues(text[start])) ++start;
  const std::size_t blank = text.find(' ', start);
  return blank != std::string_view::npos && blank < marks.front().begin ? blank + 1 : start;
}

// Ends a window at a word: back to the last blank unless that loses much.
std::size_t wordEnd(std::string_view text, std::size_t begin, std::size_t end) {
  if (end >= text.size() || static_cast<unsigned char>(text[end]) >= 0x80) return end;
  const std::size_t blank = text.rfind(' ', end);
  return blank != std::string_view::npos && blank > begin + (end - begin) / 2 ? blank : end;
}

void appendEscaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t next = i + 1;
    while (next < text.size() && continues(text[next])) ++next;
    const std::string_view one = text.substr(i, next - i);
    i = next;
    if (one == "\n" || one == "\t") {
      out += ' ';
    } else if (one == "&") {
      out += "&amp;";
    } else if (one == "<") {
      out += "&lt;";
    } else if (one == ">") {
      out += "&gt;";
    } else if (one == "\"") {
      out += "&quot;";
    } else if (one == "'") {
      out += "&#39;";
    } else if (static_cast<unsigned char>(one[0]) >= 0x20 && one[0] != 0x7F && isUtf8(one)) {
      out += one;
    }
  }
}

}  // namespace

std::string escapeHtml(std::string_view text) {
  std::string out;
  appendEscaped(out, text);
  return out;
}

std::string snippet(std::string_view whole, const std::unordered_set<std::string>& terms,
                    std::size_t width) {
  const std::string_view text = headOf(whole);
  const std::vector<Mark> marks = findMarks(text, terms);
  const std::size_t begin = bestStart(text, marks, width);
  const std::size_t end = wordEnd(text, begin, advance(text, begin, width));
  std::string out;
  if (begin > 0) out += kEllipsis;
  std::size_t at = begin;
  for (std::size_t i = 0; i < marks.size();) {
    // Overlapping and touching marks are one: pairs of a Chinese run, parts of "14-inch".
    std::size_t first = marks[i].begin, last = marks[i].end;
    for (++i; i < marks.size() && marks[i].begin <= last; ++i) last = std::max(last, marks[i].end);
    first = std::max(first, begin);
    last = std::min(last, end);
    if (first >= last) continue;
    appendEscaped(out, text.substr(at, first - at));
    out += "<mark>";
    appendEscaped(out, text.substr(first, last - first));
    out += "</mark>";
    at = last;
  }
  appendEscaped(out, text.substr(at, std::max(at, end) - at));
  if (end < whole.size()) out += kEllipsis;
  return out;
}

}  // namespace shopkeeper::search
