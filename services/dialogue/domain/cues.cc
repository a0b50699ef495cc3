#include "services/dialogue/domain/cues.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "services/dialogue/domain/lexicon.h"
#include "services/dialogue/domain/text.h"

namespace shopkeeper::dialogue {
namespace {

using Phrases = std::span<const std::string_view>;

bool anyOf(std::string_view message, Phrases phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return containsPhrase(message, phrase); });
}

constexpr std::array<std::string_view, 14> kGreeting = {
    "hi",           "hello", "hey",  "hi there", "hello there", "good morning", "good afternoon",
    "good evening", "你好",  "您好", "嗨",       "哈喽",        "在吗",         "早上好"};
constexpr std::array<std::string_view, 10> kThanks = {
    "thanks", "thank you", "thank you very much", "thx", "cheers", "great thanks", "谢谢", "多谢",
    "感谢",   "谢谢你"};
constexpr std::array<std::string_view, 7> kGoodbye = {"bye",  "goodbye", "good bye", "see you",
                                                      "再见", "拜拜",    "回见"};
constexpr std::array<std::string_view, 10> kWho = {
    "who are you", "what are you", "what can you do", "help", "how can you help me",
    "你是谁",      "你能做什么",   "你会什么",        "帮助", "你可以做什么"};

constexpr std::array<std::string_view, 13> kPrice = {"how much is",  "how much does it cost",
                                                     "how much are", "how much does",
                                                     "price",        "cost",
                                                     "costs",        "expensive",
                                                     "how much",     "多少钱",
                                                     "价格",         "价钱",
                                                     "什么价"};
constexpr std::array<std::string_view, 14> kCompare = {
    "compare", "comparison", "versus",   "vs",           "difference between",
    "better",  "or the",     "which is", "which one is", "比较",
    "对比",    "相比",       "哪个更",   "区别"};
constexpr std::array<std::string_view, 31> kWish = {"recommend",
                                                    "suggest",
                                                    "looking for",
                                                    "look for",
                                                    "find me",
                                                    "show me",
                                                    "search for",
                                                    "do you have any",
                                                    "do you sell",
                                                    "want to buy",
                                                    "need a",
                                                    "need an",
                                                    "i want a",
                                                    "i need",
                                                    "gift for",
                                                    "what should i buy",
                                                    "which should i buy",
                                                    "any good",
                                                    "best",
                                                    "推荐",
                                                    "想买",
                                                    "有没有",
                                                    "有什么",
                                                    "买什么",
                                                    "哪款",
                                                    "找一",
                                                    "想要",
                                                    "送给",
                                                    "求购",
                                                    "给我找",
                                                    "帮我选"};
constexpr std::array<std::string_view, 7> kCheapest = {
    "cheapest", "lowest price", "least expensive", "cheap", "最便宜", "便宜", "价格最低"};
constexpr std::array<std::string_view, 8> kYesNo = {"吗",     "是否",   "能不能",   "有没有",
                                                    "是不是", "会不会", "可不可以", "支不支持"};
constexpr std::array<std::string_view, 18> kBack = {
    "it", "its",  "this", "that", "this one", "that one", "this product", "these",  "them",
    "它", "这款", "这个", "这台", "这部",     "那款",     "那个",         "该产品", "这件"};
constexpr std::array<std::string_view, 11> kSeveral = {"these two", "both",   "them",   "the two",
                                                       "these",     "those",  "这两个", "这两款",
                                                       "它们",      "这几款", "这些"};

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

}  // namespace

std::optional<SmallTalk> smallTalk(std::string_view message) {
  std::string bare;
  for (const Word& word : words(message)) bare += (bare.empty() ? "" : " ") + word.text;
  for (const std::string_view tail : {"啊", "呀", "呢", "了", " there", " you"}) {
    if (bare.size() > tail.size() + 3 && bare.ends_with(tail) && tail != " you") {
      bare.resize(bare.size() - tail.size());
    }
  }
  const auto is = [&](Phrases phrases) {
    return std::find(phrases.begin(), phrases.end(), bare) != phrases.end();
  };
  if (is(kGreeting)) return SmallTalk::Greeting;
  if (is(kThanks)) return SmallTalk::Thanks;
  if (is(kGoodbye)) return SmallTalk::Goodbye;
  if (is(kWho)) return SmallTalk::WhoAreYou;
  return std::nullopt;
}

bool asksPrice(std::string_view message) { return anyOf(message, kPrice); }
bool asksToCompare(std::string_view message) { return anyOf(message, kCompare); }
bool asksForProducts(std::string_view message) { return anyOf(message, kWish); }
bool asksForCheapest(std::string_view message) { return anyOf(message, kCheapest); }
bool refersToSeveral(std::string_view message) { return anyOf(message, kSeveral); }

bool asksYesOrNo(std::string_view message) {
  return anyOf(message, kYesNo) ||
         startsWithAny(message, {"is ", "are ", "does ", "do ", "can ", "has ", "have ", "will ",
                                 "did ", "could ", "would ", "isn't ", "doesn't "});
}

bool refersBack(std::string_view message) {
  return anyOf(message, kBack) ||
         startsWithAny(message, {"and ", "what about ", "how about ", "那", "还有"}) ||
         message.ends_with("呢") || message.ends_with("呢?") || message.ends_with("呢？");
}

std::optional<std::size_t> ordinal(std::string_view message) {
  static constexpr std::pair<std::string_view, std::size_t> kOrdinals[] = {
      {"first one", 0}, {"the first", 0},  {"second one", 1}, {"the second", 1},   {"third one", 2},
      {"the third", 2}, {"number one", 0}, {"number two", 1}, {"number three", 2}, {"第一个", 0},
      {"第一款", 0},    {"第二个", 1},     {"第二款", 1},     {"第三个", 2},       {"第三款", 2}};
  for (const auto& [phrase, number] : kOrdinals) {
    if (containsPhrase(message, phrase)) return number;
  }
  return std::nullopt;
}

std::string wishOnly(std::string_view message) {
  // Longest first, so that a phrase is gone before its parts are looked for.
  static constexpr std::string_view kFiller[] = {"what should i buy",
                                                 "which should i buy",
                                                 "do you have any",
                                                 "what do you recommend",
                                                 "which do you recommend",
                                                 "can you recommend",
                                                 "could you recommend",
                                                 "i am looking for",
                                                 "i'm looking for",
                                                 "im looking for",
                                                 "looking for",
                                                 "can you suggest",
                                                 "can you find",
                                                 "do you have",
                                                 "do you sell",
                                                 "i want to buy",
                                                 "want to buy",
                                                 "i would like",
                                                 "i'd like",
                                                 "recommend me",
                                                 "recommend",
                                                 "suggest",
                                                 "show me",
                                                 "find me",
                                                 "search for",
                                                 "look for",
                                                 "give me",
                                                 "i need",
                                                 "i want",
                                                 "need",
                                                 "please",
                                                 "something",
                                                 "any good",
                                                 "good",
                                                 "best",
                                                 "the cheapest",
                                                 "cheapest",
                                                 "cheap",
                                                 "buy",
                                                 "price",
                                                 "budget",
                                                 "for me",
                                                 "me",
                                                 "an",
                                                 "a",
                                                 "some",
                                                 "any",
                                                 "is there",
                                                 "are there",
                                                 "which",
                                                 "what",
                                                 "with a",
                                                 "the",
                                                 "and",
                                                 "有没有什么",
                                                 "有没有",
                                                 "有什么",
                                                 "推荐一下",
                                                 "推荐一款",
                                                 "推荐几款",
                                                 "推荐个",
                                                 "推荐",
                                                 "想买一个",
                                                 "想买一台",
                                                 "想买",
                                                 "我想要",
                                                 "我想",
                                                 "我要",
                                                 "想要",
                                                 "给我找",
                                                 "帮我选",
                                                 "帮我找",
                                                 "给我",
                                                 "帮我",
                                                 "买什么",
                                                 "哪款",
                                                 "哪个",
                                                 "什么",
                                                 "一款",
                                                 "一个",
                                                 "一台",
                                                 "几款",
                                                 "比较好",
                                                 "值得买",
                                                 "好用",
                                                 "好的",
                                                 "最便宜",
                                                 "便宜",
                                                 "价格",
                                                 "预算",
                                                 "请问",
                                                 "请",
                                                 "吗",
                                                 "呢",
                                                 "的",
                                                 "买",
                                                 "找"};
  std::string text(message);
  for (const std::string_view filler : kFiller) {
    for (auto at = text.find(filler); at != std::string::npos; at = text.find(filler, at)) {
      const auto latin = [&](std::size_t i) {
        return i < text.size() && ((text[i] >= 'a' && text[i] <= 'z') || text[i] == '\'');
      };
      const bool whole =
          filler[0] < 0 || (!(at > 0 && latin(at - 1)) && !latin(at + filler.size()));
      if (whole) {
        text.replace(at, filler.size(), " ");
      } else {
        at += filler.size();
      }
    }
  }
  std::string bare;
  for (const Word& word : words(text)) bare += (bare.empty() ? "" : " ") + word.text;
  return bare;
}

}  // namespace shopkeeper::dialogue
