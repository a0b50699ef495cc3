// The word lists of this folder, embedded.
#pragma once

#include <string_view>

namespace shopkeeper::lexicon {

// {"attributes": {NAME: {"en", "zh", "ask", "ask_zh"}}, "values": {VALUE: {"en", "zh"}}}
std::string_view attributesJson();

// [{"concept", "en": [...], "zh": [...]}]
std::string_view conceptsJson();

}  // namespace shopkeeper::lexicon
