// Everything the dialogue knows, built from one catalogue.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "services/catalog/follower.h"
#include "services/dialogue/domain/answer_matcher.h"
#include "services/dialogue/domain/concepts.h"
#include "services/dialogue/domain/lexicon.h"
#include "services/dialogue/domain/product_index.h"

namespace shopkeeper::dialogue {

// Word lists that do not depend on the catalogue.
struct Lists {
  Lexicon lexicon;
  Concepts concepts;
};

// Immutable; thread-safe. Keeps the snapshot and the lists it was built from alive.
class Model {
 public:
  Model(std::shared_ptr<const catalog::Snapshot> snapshot, std::shared_ptr<const Lists> lists);

  const catalog::Snapshot& snapshot() const { return *snapshot_; }
  const Lexicon& lexicon() const { return lists_->lexicon; }
  const Concepts& concepts() const { return lists_->concepts; }
  const ProductIndex& products() const { return products_; }
  const AnswerMatcher& answers() const { return answers_; }

  // Attributes in whose values this word occurs anywhere in the catalogue ("4k" -> video,
  // resolution); plain numbers and units are no such words.
  const std::set<std::string>& attributesOfValueWord(const std::string& word) const;

  // The answer that says how to reach a person, where the catalogue has one.
  std::optional<std::uint32_t> contactAnswer() const { return contact_; }

 private:
  std::shared_ptr<const catalog::Snapshot> snapshot_;
  std::shared_ptr<const Lists> lists_;
  ProductIndex products_;
  AnswerMatcher answers_;
  std::unordered_map<std::string, std::set<std::string>> valueWords_;
  std::optional<std::uint32_t> contact_;
};

// Words of an attribute's value that can be asked for by themselves.
std::set<std::string> valueWords(const std::string& value);

}  // namespace shopkeeper::dialogue
