// Words of a message, English and Chinese, for matching. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shopkeeper::dialogue {

class Concepts;

enum class Language { English, Chinese };

std::string_view toString(Language language);  // "en", "zh"

// Chinese where the text holds a Han character, English otherwise.
Language detectLanguage(std::string_view text);

// Code points of UTF-8 text; a broken byte becomes U+FFFD.
std::u32string decodeUtf8(std::string_view text);
std::string encodeUtf8(std::u32string_view text);
bool isHan(char32_t c);

// Lower case, full-width forms folded to ASCII, runs of white space to one space, ends trimmed.
std::string normalise(std::string_view text);

// Words in order: lower-cased Latin words and numbers ("usb-c", "13.3", "4k") and runs of Han
// characters. Punctuation is dropped.
struct Word {
  std::string text;
  bool han = false;
};
std::vector<Word> words(std::string_view text);

// English suffixes folded lightly: plurals, -ing, -ed and a final e ("charging", "charges" and
// "charge" meet). Deliberately weaker than Porter: product names must stay apart.
std::string stem(std::string_view word);

// True for function words of English that say nothing about the topic ("the", "please").
bool isStopWord(std::string_view word);

// A unit of matching. The weight says how telling its kind is, before inverse document frequency.
struct Term {
  std::string text;
  float weight = 1;
};

struct TermOptions {
  bool pairs = true;                   // word bigrams and Han trigrams: word order, set phrases
  bool pieces = true;                  // character 4-grams of long words: typing errors, compounds
  float stopWeight = 0.6f;             // of stop words; 0 leaves them out
  const Concepts* concepts = nullptr;  // adds the concepts that the words express, if any
};

std::vector<Term> terms(std::string_view text, const TermOptions& options = {});

}  // namespace shopkeeper::dialogue
