// Words that mean the same in a shop, in both languages: "notebook" is "laptop" is 笔记本.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/result.h"

namespace shopkeeper::dialogue {

// Immutable; thread-safe. Built from services/lexicon/concepts.json.
class Concepts {
 public:
  // InvalidArgument where the JSON has another shape.
  static Result<Concepts> parse(std::string_view json);

  // A stretch of a message that expresses a concept.
  struct Found {
    std::string concept_;
    std::size_t begin, end;  // words where Latin, characters of the run where Han
  };
  // The longest phrases from left to right; `stems` are the stemmed Latin words in a row.
  std::vector<Found> inWords(const std::vector<std::string>& stems) const;
  std::vector<Found> inHan(std::u32string_view run) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> latin_;  // "money back" -> concepts
  std::unordered_map<std::u32string, std::vector<std::string>> han_;
  std::size_t longestLatin_ = 0;
  std::size_t longestHan_ = 0;
};

}  // namespace shopkeeper::dialogue
