#include "services/dialogue/domain/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_set>

#include "services/dialogue/domain/concepts.h"

namespace shopkeeper::dialogue {
namespace {

constexpr float kConceptWeight = 1.2f;

bool isAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool isAsciiLetter(char32_t c) { return c >= 'a' && c <= 'z'; }
// Letters beyond ASCII that words are made of: Latin, Greek, Cyrillic.
bool isOtherLetter(char32_t c) { return (c >= 0xC0 && c < 0x590) && c != 0xD7 && c != 0xF7; }
bool isWordChar(char32_t c) { return isAsciiDigit(c) || isAsciiLetter(c) || isOtherLetter(c); }

bool hasVowel(std::string_view word) {
  return word.find_first_of("aeiouy") != std::string_view::npos;
}

std::string trimDoubled(std::string base) {
  const std::size_t n = base.size();
  if (n > 3 && base[n - 1] == base[n - 2] &&
      std::string_view("bdgmnprt").find(base[n - 1]) != std::string_view::npos) {
    base.pop_back();
  }
  return base;
}

const std::unordered_set<std::string_view>& stopWords() {
  static const std::unordered_set<std::string_view> set = {
      "a",     "an",    "the",   "and",   "or",    "of",    "to",   "in",     "on",    "at",
      "for",   "with",  "from",  "by",    "as",    "is",    "are",  "was",    "were",  "be",
      "been",  "am",    "do",    "does",  "did",   "have",  "has",  "had",    "i",     "me",
      "my",    "we",    "our",   "you",   "your",  "it",    "its",  "this",   "that",  "these",
      "those", "they",  "them",  "their", "there", "here",  "so",   "if",     "but",   "then",
      "than",  "can",   "could", "would", "will",  "shall", "may",  "might",  "must",  "should",
      "what",  "which", "who",   "when",  "where", "how",   "why",  "please", "just",  "about",
      "any",   "some",  "s",     "t",     "m",     "re",    "ve",   "ll",     "d",     "tell",
      "know",  "want",  "need",  "get",   "got",   "like",  "also", "not",    "no",    "up",
      "out",   "into",  "us",    "im",    "ive",   "id",    "hi",   "hello",  "thanks"};
  return set;
}

}  // namespace

std::string_view toString(Language language) { return language == Language::Chinese ? "zh" : "en"; }

bool isHan(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x2FA1F);
}

std::u32string decodeUtf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xE0) == 0xC0 ? 2
                               : (lead & 0xF0) == 0xE0 ? 3
                               : (lead & 0xF8) == 0xF0 ? 4
                                                       : 0;
    bool good = length != 0 && i + length <= text.size();
    char32_t c = length == 1 ? lead : lead & (0x7F >> length);
    for (std::size_t k = 1; good && k < length; ++k) {
      const auto next = static_cast<std::uint8_t>(text[i + k]);
      good = (next & 0xC0) == 0x80;
      c = (c << 6) | (next & 0x3F);
    }
    out += good ? c : char32_t{0xFFFD};
    i += good ? length : 1;
  }
  return out;
}

std::string encodeUtf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | (c >> 12));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | (c >> 18));
      out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

Language detectLanguage(std::string_view text) {
  const auto decoded = decodeUtf8(text);
  return std::any_of(decoded.begin(), decoded.end(), isHan) ? Language::Chinese : Language::English;
}

std::string normalise(std::string_view text) {
  std::u32string out;
  for (char32_t c : decodeUtf8(text)) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width forms
    if (c == 0x3000 || c == 0xA0 || c < 0x20) c = ' ';
    if (c == 0x2018 || c == 0x2019) c = '\'';
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) c += 0x20;  // À to Þ
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return encodeUtf8(out);
}

std::vector<Word> words(std::string_view text) {
  const auto chars = decodeUtf8(normalise(text));
  std::vector<Word> result;
  for (std::size_t i = 0; i < chars.size();) {
    std::size_t end = i;
    if (isHan(chars[i])) {
      while (end < chars.size() && isHan(chars[end])) ++end;
      result.push_back({encodeUtf8({chars.data() + i, end - i}), true});
    } else if (isWordChar(chars[i])) {
      const auto joins = [&](std::size_t at) {
        if (at + 1 >= chars.size() || !isWordChar(chars[at + 1])) return false;
        const bool digits = isAsciiDigit(chars[at - 1]) && isAsciiDigit(chars[at + 1]);
        return chars[at] == '-' || ((chars[at] == '.' || chars[at] == ',') && digits);
      };
      std::u32string word;
      while (end < chars.size() &&
             (isWordChar(chars[end]) || joins(end) ||
              // "what's" and "i'm" are one word without the apostrophe
              (chars[end] == '\'' && end + 1 < chars.size() && isAsciiLetter(chars[end + 1])))) {
        if (chars[end] != '\'' && chars[end] != ',') word += chars[end];
        ++end;
      }
      result.push_back({encodeUtf8(word), false});
    } else {
      ++end;
    }
    i = end;
  }
  return result;
}

std::string stem(std::string_view word) {
  std::string s(word);
  const auto endsWith = [&](std::string_view suffix) {
    return s.size() > suffix.size() && s.ends_with(suffix);
  };
  if (s.size() < 4 || s.find_first_of("0123456789-") != std::string::npos) return s;
  if (endsWith("ies") && s.size() > 4) {
    s.replace(s.size() - 3, 3, "y");
  } else if (endsWith("sses") || endsWith("shes") || endsWith("ches") || endsWith("xes")) {
    s.resize(s.size() - 2);
  } else if (endsWith("s") && !endsWith("ss") && !endsWith("us") && !endsWith("is")) {
    s.pop_back();
  }
  if (endsWith("ing") && s.size() > 5 && hasVowel({s.data(), s.size() - 3})) {
    s = trimDoubled(s.substr(0, s.size() - 3));
  } else if (endsWith("ed") && s.size() > 4 && hasVowel({s.data(), s.size() - 2})) {
    s = trimDoubled(s.substr(0, s.size() - 2));
  }
  if (s.size() > 4 && s.back() == 'e') s.pop_back();
  return s;
}

bool isStopWord(std::string_view word) { return stopWords().contains(word); }

std::vector<Term> terms(std::string_view text, const TermOptions& options) {
  std::vector<Term> result;
  std::string previous;
  const auto add = [&](std::string term, float weight) {
    if (weight > 0) result.push_back({std::move(term), weight});
  };
  const auto addHan = [&](const std::string& run) {
    const auto chars = decodeUtf8(run);
    const auto gram = [&](std::size_t at, std::size_t n) { return encodeUtf8({&chars[at], n}); };
    for (std::size_t i = 0; i < chars.size(); ++i) {
      add(gram(i, 1), chars.size() == 1 ? 1.0f : 0.4f);
      if (i + 2 <= chars.size()) add(gram(i, 2), 1.0f);
      if (options.pairs && i + 3 <= chars.size()) add(gram(i, 3), 0.5f);
    }
    if (options.concepts == nullptr) return;
    for (auto& found : options.concepts->inHan(chars)) {
      add(std::move(found.concept_), kConceptWeight);
    }
  };
  const auto addLatin = [&](const std::string& word) {
    const bool stop = isStopWord(word);
    const std::string base = stem(word);
    add(base, stop ? options.stopWeight : 1.0f);
    if (options.pairs && !previous.empty()) add(previous + " " + base, 0.5f);
    previous = base;
    if (word.find('-') != std::string::npos) {  // "usb-c" is also "usb", "c" and "usbc"
      std::string joined;
      for (std::size_t start = 0; start <= word.size();) {
        const auto dash = std::min(word.find('-', start), word.size());
        const std::string part = word.substr(start, dash - start);
        add(stem(part), isStopWord(part) ? options.stopWeight : 0.5f);
        joined += part;
        start = dash + 1;
      }
      add(joined, 0.5f);
    }
    if (options.pieces && !stop && base.size() >= 5) {
      for (std::size_t i = 0; i + 4 <= base.size(); ++i) add("~" + base.substr(i, 4), 0.2f);
    }
  };
  std::vector<std::string> inRow;  // stems since the last Han run
  const auto endRow = [&] {
    if (options.concepts != nullptr) {
      for (auto& found : options.concepts->inWords(inRow)) {
        add(std::move(found.concept_), kConceptWeight);
      }
    }
    inRow.clear();
  };
  std::string number;  // "32 gb" and "32gb" meet in the term "32gb"
  for (const Word& word : words(text)) {
    if (word.han) {
      endRow();
      addHan(word.text);
      previous.clear();
      number.clear();
      continue;
    }
    addLatin(word.text);
    inRow.push_back(previous);
    const bool digitFirst = isAsciiDigit(static_cast<unsigned char>(word.text.front()));
    const auto letters = word.text.find_first_not_of("0123456789.");
    if (!number.empty() && !digitFirst && word.text.size() <= 3) add(number + word.text, 0.7f);
    if (digitFirst && letters != std::string::npos && letters > 0) {
      add(word.text.substr(0, letters), 0.5f);
    }
    number = digitFirst && letters == std::string::npos ? word.text : "";
  }
  endRow();
  return result;
}

}  // namespace shopkeeper::dialogue
