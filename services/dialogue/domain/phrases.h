// The sentences of the dialogue in both languages, and how values are written in them.
#pragma once

#include <string>

#include "services/catalog/model.h"
#include "services/dialogue/domain/cues.h"
#include "services/dialogue/domain/price_range.h"
#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {

// Picks by language.
inline std::string say(Language language, std::string english, std::string chinese) {
  return language == Language::Chinese ? std::move(chinese) : std::move(english);
}

// The product's title in that language, or in the other where it has none.
const std::string& titleOf(const catalog::Product& product, Language language);
const std::string& descriptionOf(const catalog::Product& product, Language language);

// "¥6,499", "$12.50", "CHF 20"; "" for an unknown price (0).
std::string money(double amount, const std::string& currency);

// "under ¥2,000", "2,000 元以下"; "" for no range.
std::string rangeText(const PriceRange& range, const std::string& currency, Language language);

std::string smallTalkText(SmallTalk kind, Language language);

}  // namespace shopkeeper::dialogue
