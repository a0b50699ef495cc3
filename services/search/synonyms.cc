#include "services/search/synonyms.h"

#include <algorithm>

#include "services/search/analyzer.h"
#include "services/search/embedded.h"
#include "services/search/fold.h"

namespace shopkeeper::search {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view cutAt(std::string_view& text, char separator) {
  const std::string_view head = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), head.size() + 1));
  return head;
}

}  // namespace

std::string phraseKey(std::string_view text) {
  std::string key;
  for (const Piece& piece : dissect(text)) {
    const bool cjk = piece.kind == Piece::Kind::Cjk;
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      if (!key.empty() && !(cjk && i > 0)) key += ' ';
      key += cjk ? piece.parts[i].text : termOf(piece.parts[i].text);
    }
  }
  return key;
}

Result<Synonyms> Synonyms::parse(std::string_view text) {
  Synonyms out;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = trimmed(cutAt(text, '\n'));
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> group;
    while (!line.empty()) {
      const std::string_view member = trimmed(cutAt(line, ','));
      if (!phraseKey(member).empty()) group.emplace_back(member);
    }
    if (group.size() < 2) {
      return Error(ErrorCode::InvalidArgument,
                   "synonyms line " + std::to_string(number) +
                       ": expected at least two members separated by commas");
    }
    for (const std::string& member : group) {
      const std::string key = phraseKey(member);
      std::vector<std::string>& others = out.members_[key];
      for (const std::string& other : group) {
        const bool known = std::find(others.begin(), others.end(), other) != others.end();
        if (phraseKey(other) != key && !known) others.push_back(other);
      }
      const bool cjk = static_cast<unsigned char>(key[0]) >= 0x80;
      const std::size_t words = 1 + std::count(key.begin(), key.end(), ' ');
      if (cjk) {
        out.longestRun_ = std::max(out.longestRun_, codePoints(key));
      } else {
        out.longestWords_ = std::max(out.longestWords_, words);
      }
    }
  }
  return out;
}

const Synonyms& Synonyms::builtin() {
  // The file is compiled in and tested, so it parses.
  static const Synonyms all = parse(embedded::data_synonyms_txt).value();
  return all;
}

const std::vector<std::string>* Synonyms::find(const std::string& key) const {
  const auto at = members_.find(key);
  return at == members_.end() ? nullptr : &at->second;
}

}  // namespace shopkeeper::search
