// Groups of words that mean the same goods (data/synonyms.txt).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/result.h"

namespace shopkeeper::search {

// Immutable and thread-safe once parsed. Keys are folded forms (analyzer.h) of stemmed words, so
// "Laptops" finds the group of "laptop".
class Synonyms {
 public:
  // InvalidArgument names the line of a group with fewer than two members.
  static Result<Synonyms> parse(std::string_view text);

  // The groups compiled into the program.
  static const Synonyms& builtin();

  // The members of all groups that hold `key`, itself left out; null where there are none.
  const std::vector<std::string>* find(const std::string& key) const;

  // Words in the longest Latin member, characters in the longest Chinese one.
  std::size_t longestWords() const { return longestWords_; }
  std::size_t longestRun() const { return longestRun_; }

 private:
  std::unordered_map<std::string, std::vector<std::string>> members_;
  std::size_t longestWords_ = 0;
  std::size_t longestRun_ = 0;
};

// The form in which phrases are compared: terms of the parts joined by blanks, CJK as it is.
std::string phraseKey(std::string_view text);

}  // namespace shopkeeper::search
