#include "services/dialogue/domain/concepts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {

Result<Concepts> Concepts::parse(std::string_view text) {
  Concepts concepts;
  try {
    for (const auto& entry : nlohmann::json::parse(text)) {
      const std::string name = "#" + entry.at("concept").get<std::string>();
      for (const auto& phrase : entry.at("en")) {
        std::string key;
        std::size_t count = 0;
        for (const Word& word : words(phrase.get<std::string>())) {
          key += (count++ == 0 ? "" : " ") + stem(word.text);
        }
        concepts.longestLatin_ = std::max(concepts.longestLatin_, count);
        auto& names = concepts.latin_[key];
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
      for (const auto& phrase : entry.at("zh")) {
        const auto key = decodeUtf8(phrase.get<std::string>());
        concepts.longestHan_ = std::max(concepts.longestHan_, key.size());
        concepts.han_[key].push_back(name);
      }
    }
  } catch (const nlohmann::json::exception& failure) {
    return Error(ErrorCode::InvalidArgument, std::string("concept lexicon: ") + failure.what());
  }
  return concepts;
}

std::vector<Concepts::Found> Concepts::inWords(const std::vector<std::string>& stems) const {
  std::vector<Found> found;
  for (std::size_t i = 0; i < stems.size();) {
    std::size_t taken = 1;
    for (std::size_t n = std::min(longestLatin_, stems.size() - i); n > 0; --n) {
      std::string key = stems[i];
      for (std::size_t k = 1; k < n; ++k) key += " " + stems[i + k];
      const auto at = latin_.find(key);
      if (at == latin_.end()) continue;
      for (const std::string& name : at->second) found.push_back({name, i, i + n});
      taken = n;
      break;
    }
    i += taken;
  }
  return found;
}

std::vector<Concepts::Found> Concepts::inHan(std::u32string_view run) const {
  std::vector<Found> found;
  for (std::size_t i = 0; i < run.size();) {
    std::size_t taken = 1;
    for (std::size_t n = std::min(longestHan_, run.size() - i); n > 0; --n) {
      const auto at = han_.find(std::u32string(run.substr(i, n)));
      if (at == han_.end()) continue;
      for (const std::string& name : at->second) found.push_back({name, i, i + n});
      taken = n;
      break;
    }
    i += taken;
  }
  return found;
}

}  // namespace shopkeeper::dialogue
