// Names of product attributes: how pages label them and how people ask for them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {

// Immutable; thread-safe. Built from services/lexicon/attributes.json. Attributes that the lexicon
// does not know are labelled and asked for by their own name ("seat_height": "seat height").
class Lexicon {
 public:
  // InvalidArgument where the JSON has another shape.
  static Result<Lexicon> parse(std::string_view json);

  std::string label(const std::string& attribute, Language language) const;
  // A value in that language where it is a known word ("sage green"), else as it is.
  std::string value(const std::string& value, Language language) const;

  // How strongly the message asks for this attribute: the length in characters of the longest
  // phrase found, 0 where none is.
  std::size_t asks(std::string_view normalisedMessage, const std::string& attribute) const;

  // Colours that the message names, as canonical English words ("red").
  std::vector<std::string> valuesIn(std::string_view normalisedMessage) const;

 private:
  struct Names {
    std::string en, zh;
    std::vector<std::string> ask;
  };
  std::map<std::string, Names, std::less<>> attributes_;
  std::map<std::string, Names, std::less<>> values_;
};

// True where `phrase` stands in `text`, as whole words if it is Latin. Both normalised.
bool containsPhrase(std::string_view text, std::string_view phrase);

}  // namespace shopkeeper::dialogue
