#include "services/search/plan.h"

#include <algorithm>

#include "services/search/analyzer.h"

namespace shopkeeper::search {
namespace {

constexpr std::size_t kLongestLexiconWord = 10;  // characters
constexpr std::size_t kLongestCategoryName = 3;  // words
constexpr std::size_t kShortestHalf = 3;         // of a word that is split in two
constexpr double kSplitFactor = 0.9;

// The terms that stand for a whole phrase: a word's term, a compound's parts, the pairs of a run.
std::vector<std::string> phraseTerms(std::string_view phrase) {
  std::vector<std::string> out;
  for (const Piece& piece : dissect(phrase)) {
    if (piece.kind == Piece::Kind::Cjk) {
      for (Term& t : gramsOf(piece)) out.push_back(std::move(t.text));
    } else {
      for (const Part& p : piece.parts) out.push_back(termOf(p.text));
    }
  }
  return out;
}

}  // namespace

unsigned Plan::required() const {
  return static_cast<unsigned>(
      std::count_if(units.begin(), units.end(), [](const Unit& u) { return !u.optional; }));
}

unsigned Plan::grams() const {
  return static_cast<unsigned>(
      std::count_if(units.begin(), units.end(), [](const Unit& u) { return u.gram; }));
}

class Planner::Builder {
 public:
  Builder(const Planner& planner, std::string_view query) : p_(planner), pieces_(dissect(query)) {}

  Plan build() {
    for (std::size_t i = 0; i < pieces_.size() && plan_.units.size() < kMostUnits;) {
      i += take(i);
    }
    chooseCategories();
    if (plan_.required() == 0) {
      for (Unit& unit : plan_.units) unit.optional = false;
    }
    return std::move(plan_);
  }

 private:
  using Kind = Piece::Kind;

  // Plans the piece at i, and those after it that belong to the same unit; returns how many.
  std::size_t take(std::size_t i) {
    const Piece& piece = pieces_[i];
    if (piece.kind == Kind::Cjk) {
      run(piece);
      return 1;
    }
    const std::size_t most = std::max(p_.synonyms_.longestWords(), kLongestCategoryName);
    for (std::size_t n = std::min(most, pieces_.size() - i); n > 0; --n) {
      if (synonymPhrase(i, n)) return n;
    }
    if (piece.kind != Kind::Word) {
      compound(piece);
      return 1;
    }
    if (joinedPair(i)) return 2;
    word(piece);
    return 1;
  }

  // The words i..i+n-1 as typed, with a synonym group of their own.
  bool synonymPhrase(std::size_t i, std::size_t n) {
    std::string key;
    Alternative asTyped;
    std::string joined;
    for (std::size_t k = i; k < i + n; ++k) {
      if (pieces_[k].kind == Kind::Cjk) {  // "U盘"
        key += ' ';
        for (const Part& part : pieces_[k].parts) key += part.text;
        for (Term& gram : gramsOf(pieces_[k])) asTyped.terms.push_back(std::move(gram.text));
        continue;
      }
      for (const Part& part : pieces_[k].parts) {
        if (!key.empty()) key += ' ';
        key += termOf(part.text);
        joined += part.text;
        asTyped.terms.push_back(termOf(part.text));
      }
    }
    const std::vector<std::string>* others = p_.synonyms_.find(key);
    if (!others && !p_.categories_.contains(key)) return false;
    Unit unit = unitOver(pieces_[i].begin(), pieces_[i + n - 1].end());
    nameCategories(unit, key, others);
    add(unit, std::move(asTyped));
    add(unit, {{termOf(joined)}, 1});
    if (others) addSynonyms(unit, *others);
    plan_.units.push_back(std::move(unit));
    return true;
  }

  // The unit names the categories that are called so, or by a synonym.
  void nameCategories(Unit& unit, const std::string& key,
                      const std::vector<std::string>* synonyms) const {
    const auto take = [&](const std::string& name) {
      const auto at = p_.categories_.find(name);
      if (at == p_.categories_.end()) return;
      unit.categories.insert(unit.categories.end(), at->second.begin(), at->second.end());
    };
    take(key);
    if (!unit.categories.empty() || !synonyms) return;
    for (const std::string& other : *synonyms) take(phraseKey(other));
  }

  void chooseCategories() {
    for (const Unit& unit : plan_.units) {
      if (!unit.categories.empty()) {
        plan_.categories = unit.categories;
      } else if (!plan_.categories.empty()) {
        break;
      }
    }
  }

  void addSynonyms(Unit& unit, const std::vector<std::string>& others) const {
    for (const std::string& other : others) {
      Alternative alternative{phraseTerms(other), p_.synonymFactor_};
      if (known(alternative)) add(unit, std::move(alternative));
    }
  }

  // "head set" where products say "headset": one unit, either way.
  bool joinedPair(std::size_t i) {
    if (i + 1 >= pieces_.size() || pieces_[i + 1].kind != Kind::Word) return false;
    const Part& a = pieces_[i].parts[0];
    const Part& b = pieces_[i + 1].parts[0];
    if (isStopWord(a.text) || isStopWord(b.text)) return false;
    const std::string joined = termOf(a.text + b.text);
    if (!p_.vocabulary_.knows(joined)) return false;
    Unit unit = unitOver(a.begin, b.end);
    add(unit, {{termOf(a.text), termOf(b.text)}, 1});
    add(unit, {{joined}, 1});
    if (const auto* others = p_.synonyms_.find(joined)) addSynonyms(unit, *others);
    plan_.units.push_back(std::move(unit));
    return true;
  }

  void compound(const Piece& piece) {
    Unit unit = unitOver(piece.begin(), piece.end());
    add(unit, {{termOf(piece.joined)}, 1});
    Alternative parts;
    for (const Part& part : piece.parts) parts.terms.push_back(termOf(part.text));
    parts.factor = kSplitFactor;
    add(unit, std::move(parts));
    if (const auto* others = p_.synonyms_.find(termOf(piece.joined))) addSynonyms(unit, *others);
    plan_.units.push_back(std::move(unit));
  }

  void word(const Piece& piece) {
    const Part& part = piece.parts[0];
    Unit unit = unitOver(part.begin, part.end);
    const std::string term = termOf(part.text);
    unit.optional = isStopWord(part.text);
    add(unit, {{term}, 1});
    if (!unit.optional && !p_.vocabulary_.knows(term)) {
      split(unit, part.text);
      // A split is a guess: a spelling suggestion is still worth having.
      unit.unknown = true;
      unit.word = part.text;
    }
    plan_.units.push_back(std::move(unit));
  }

  // "gamingmouse", "iphone11": the first cut whose halves are both known.
  void split(Unit& unit, const std::string& word) const {
    if (std::any_of(word.begin(), word.end(),
                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
      return;
    for (std::size_t cut = word.size() - 1; cut > 0; --cut) {
      const std::string head = word.substr(0, cut), tail = word.substr(cut);
      const bool digits = tail.find_first_not_of("0123456789") == std::string::npos;
      if (head.size() < kShortestHalf || (tail.size() < kShortestHalf && !digits)) continue;
      Alternative halves{{termOf(head), termOf(tail)}, kSplitFactor};
      if (!known(halves)) continue;
      add(unit, std::move(halves));
      return;
    }
  }

  // Cuts a run at the longest words that are synonyms or in the lexicon; pairs for the rest.
  void run(const Piece& piece) {
    const std::vector<Part>& chars = piece.parts;
    std::size_t plain = 0;  // first character not yet planned
    for (std::size_t i = 0; i < chars.size();) {
      const std::size_t n = longestWordAt(chars, i);
      if (n == 0) {
        ++i;
        continue;
      }
      grams(chars, plain, i);
      segment(chars, i, i + n);
      i += n;
      plain = i;
    }
    grams(chars, plain, chars.size());
  }

  static std::string textOf(const std::vector<Part>& chars, std::size_t from, std::size_t to) {
    std::string out;
    for (std::size_t i = from; i < to; ++i) out += chars[i].text;
    return out;
  }

  std::size_t longestWordAt(const std::vector<Part>& chars, std::size_t i) const {
    const std::size_t most =
        std::min(chars.size() - i, std::max(p_.synonyms_.longestRun(), kLongestLexiconWord));
    for (std::size_t n = most; n > 1; --n) {
      const std::string text = textOf(chars, i, i + n);
      if (p_.synonyms_.find(text) || p_.categories_.contains(text)) return n;
    }
    return 0;
  }

  void segment(const std::vector<Part>& chars, std::size_t from, std::size_t to) {
    const std::string text = textOf(chars, from, to);
    Unit unit = unitOver(chars[from].begin, chars[to - 1].end);
    add(unit, {phraseTerms(text), 1});
    const auto* others = p_.synonyms_.find(text);
    nameCategories(unit, text, others);
    if (others) addSynonyms(unit, *others);
    push(std::move(unit));
  }

  void grams(const std::vector<Part>& chars, std::size_t from, std::size_t to) {
    if (from == to) return;
    const Piece stretch{Kind::Cjk,
                        {chars.begin() + static_cast<std::ptrdiff_t>(from),
                         chars.begin() + static_cast<std::ptrdiff_t>(to)},
                        {}};
    // A lone character between two words ("的") says little.
    const bool lone = to - from == 1 && chars.size() > 1;
    for (Term& term : gramsOf(stretch)) {
      Unit unit = unitOver(term.begin, term.end);
      unit.gram = !lone;
      unit.optional = lone;
      add(unit, {{std::move(term.text)}, 1});
      push(std::move(unit));
    }
  }

  static Unit unitOver(std::size_t begin, std::size_t end) {
    Unit unit;
    unit.begin = begin;
    unit.end = end;
    return unit;
  }

  bool known(const Alternative& alternative) const {
    return std::all_of(alternative.terms.begin(), alternative.terms.end(),
                       [this](const std::string& t) { return p_.vocabulary_.knows(t); });
  }

  static void add(Unit& unit, Alternative alternative) {
    if (alternative.terms.empty() || unit.alternatives.size() >= kMostAlternatives) return;
    for (const Alternative& there : unit.alternatives) {
      if (there.terms == alternative.terms) return;
    }
    unit.alternatives.push_back(std::move(alternative));
  }

  void push(Unit unit) {
    if (plan_.units.size() < kMostUnits) plan_.units.push_back(std::move(unit));
  }

  const Planner& p_;
  const std::vector<Piece> pieces_;
  Plan plan_;
};

Plan Planner::plan(std::string_view query) const { return Builder(*this, query).build(); }

}  // namespace shopkeeper::search
