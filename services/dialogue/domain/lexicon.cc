#include "services/dialogue/domain/lexicon.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace shopkeeper::dialogue {
namespace {

bool isLatinByte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace

bool containsPhrase(std::string_view text, std::string_view phrase) {
  if (phrase.empty()) return false;
  for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    const bool opens = at == 0 || !isLatinByte(phrase.front()) || !isLatinByte(text[at - 1]);
    const bool closes =
        end == text.size() || !isLatinByte(phrase.back()) || !isLatinByte(text[end]);
    if (opens && closes) return true;
  }
  return false;
}

Result<Lexicon> Lexicon::parse(std::string_view text) {
  Lexicon lexicon;
  try {
    const auto json = nlohmann::json::parse(text);
    for (const auto& [key, entry] : json.at("attributes").items()) {
      Names names{entry.at("en"), entry.at("zh"), {}};
      for (const char* list : {"ask", "ask_zh"}) {
        for (const auto& phrase : entry.at(list))
          names.ask.push_back(normalise(phrase.get<std::string>()));
      }
      lexicon.attributes_.emplace(key, std::move(names));
    }
    for (const auto& [key, entry] : json.at("values").items()) {
      lexicon.values_.emplace(key, Names{entry.at("en"), entry.at("zh"), {}});
    }
  } catch (const nlohmann::json::exception& failure) {
    return Error(ErrorCode::InvalidArgument, std::string("attribute lexicon: ") + failure.what());
  }
  return lexicon;
}

std::string Lexicon::label(const std::string& attribute, Language language) const {
  const auto at = attributes_.find(attribute);
  if (at != attributes_.end()) {
    return language == Language::Chinese ? at->second.zh : at->second.en;
  }
  std::string name = spaced(attribute);
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 32);
  return name;
}

std::string Lexicon::value(const std::string& value, Language language) const {
  const auto at = values_.find(value);
  if (at == values_.end()) return value;
  return language == Language::Chinese ? at->second.zh : at->second.en;
}

std::size_t Lexicon::asks(std::string_view message, const std::string& attribute) const {
  const auto at = attributes_.find(attribute);
  std::size_t best = 0;
  const auto consider = [&](const std::string& phrase) {
    if (containsPhrase(message, phrase)) {
      // A Han character says about as much as three letters, which is also its size in UTF-8.
      best = std::max(best, phrase.size());
    }
  };
  if (at == attributes_.end()) {
    consider(normalise(spaced(attribute)));
  } else {
    for (const std::string& phrase : at->second.ask) consider(phrase);
  }
  return best;
}

std::vector<std::string> Lexicon::valuesIn(std::string_view message) const {
  std::vector<std::string> found;
  for (const auto& [key, names] : values_) {
    if (containsPhrase(message, normalise(names.en)) || containsPhrase(message, names.zh)) {
      found.push_back(key);
      continue;
    }
    // 红色 is also asked for as 红的.
    if (names.zh.size() > 3 && names.zh.ends_with("色") &&
        containsPhrase(message, names.zh.substr(0, names.zh.size() - 3) + "的")) {
      found.push_back(key);
    }
  }
  return found;
}

}  // namespace shopkeeper::dialogue
