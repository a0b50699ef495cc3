// Cuts text into the pieces that index, queries, spelling and snippets share: one analyzer, so that
// what was indexed is what is asked for.
//
//   "A7-310"        compound a7 + 310, joined "a7310"
//   "14-inch", "14 英寸", 14"   quantity 14 + inch, joined "14inch"
//   "轻薄本"          CJK run; its terms are the characters and the pairs 轻薄, 薄本
//   "Headphones"    word; its term is the English stem "headphon"
//
// Letters are folded: lower case, no diacritics, full-width forms narrowed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::search {

// One word or one CJK character with its place in the source text, in bytes.
struct Part {
  std::string text;
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Piece {
  enum class Kind { Word, Compound, Quantity, Cjk };
  Kind kind = Kind::Word;
  std::vector<Part> parts;  // one for Word, two or more for Compound, the characters for Cjk
  std::string joined;       // Compound and Quantity: the one-word form

  std::size_t begin() const { return parts.front().begin; }
  std::size_t end() const { return parts.back().end; }
};

// Words longer than 64 bytes are dropped: no query can mean them and Xapian's terms end at 245.
std::vector<Piece> dissect(std::string_view text);

// The index term of one folded word: its English stem, or itself where it holds a digit or is not
// ASCII. Thread-safe.
std::string termOf(std::string_view word);

// A term of a text with the bytes it stands for.
struct Term {
  std::string text;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// All index terms of a piece: its parts, its joined form; of a CJK run the characters and pairs.
std::vector<Term> termsOf(const Piece& piece);

// The pairs of neighbouring characters of a CJK run; its only character where it has but one.
std::vector<Term> gramsOf(const Piece& run);

// One line form of a text: folded pieces joined by blanks. Two texts that differ only in case,
// width or punctuation have the same form.
std::string foldedForm(std::string_view text);

bool isStopWord(std::string_view foldedWord);

}  // namespace shopkeeper::search
