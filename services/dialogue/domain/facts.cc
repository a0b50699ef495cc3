#include "services/dialogue/domain/facts.h"

#include <algorithm>
#include <set>

#include "services/dialogue/domain/cues.h"
#include "services/dialogue/domain/phrases.h"

namespace shopkeeper::dialogue {
namespace {

// Share of a question's telling words that one sentence must hold to be quoted as the answer.
constexpr double kSentenceCoverage = 0.5;

struct Asked {
  std::string attribute;
  std::size_t strength = 0;      // length of what was said for it
  std::vector<std::string> has;  // asked-for words that its value holds ("4k")
  std::vector<std::string> lacks;
};

Reply about(const Model& model, std::uint32_t product, Language language, std::string text,
            double confidence) {
  Reply reply;
  reply.text = std::move(text);
  reply.confidence = confidence;
  reply.known = true;
  reply.sources = {sourceOf(model, product, language)};
  reply.products = {model.products().at(product).id};
  return reply;
}

bool isNo(const std::string& value) {
  return value == "no" || value == "none" || value == "not supported";
}

std::vector<Asked> attributesAsked(const Model& model, const catalog::Product& product,
                                   std::string_view rest) {
  std::vector<Asked> asked;
  const auto said = words(rest);
  for (const auto& [name, value] : product.attributes) {
    Asked one{name, model.lexicon().asks(rest, name), {}, {}};
    const auto own = valueWords(value);
    for (const Word& word : said) {
      if (own.contains(word.text)) {
        one.has.push_back(word.text);
        one.strength += word.text.size();
      } else if (model.attributesOfValueWord(word.text).contains(name)) {
        one.lacks.push_back(word.text);
        one.strength += 1;
      }
    }
    if (one.strength > 0) asked.push_back(std::move(one));
  }
  for (const std::string& colour : model.lexicon().valuesIn(rest)) {
    const auto at = product.attributes.find("colour");
    static const std::set<std::string, std::less<>> colours = {
        "black", "white",      "silver", "graphite", "navy",  "sage green",
        "sand",  "terracotta", "red",    "blue",     "green", "yellow",
        "pink",  "purple",     "grey",   "orange",   "brown", "gold"};
    if (at == product.attributes.end() || !colours.contains(colour)) continue;
    auto one = std::find_if(asked.begin(), asked.end(),
                            [](const Asked& other) { return other.attribute == "colour"; });
    if (one == asked.end()) one = asked.insert(asked.end(), Asked{"colour", 0, {}, {}});
    one->strength += 6;
    auto& list = at->second == colour ? one->has : one->lacks;
    if (std::find(list.begin(), list.end(), colour) == list.end()) list.push_back(colour);
  }
  std::stable_sort(asked.begin(), asked.end(),
                   [](const Asked& a, const Asked& b) { return a.strength > b.strength; });
  return asked;
}

std::string joined(const std::vector<std::string>& list, const Lexicon& lexicon,
                   Language language) {
  std::string text;
  for (const std::string& item : list) {
    if (!text.empty()) text += say(language, ", ", "、");
    text += lexicon.value(item, language);
  }
  return text;
}

std::string sentenceFor(const Model& model, const catalog::Product& product, const Asked& asked,
                        std::string_view rest, Language language) {
  const Lexicon& lexicon = model.lexicon();
  const std::string& value = product.attributes.at(asked.attribute);
  const std::string label = lexicon.label(asked.attribute, language);
  const std::string shown = lexicon.value(value, language);
  std::string text;
  if (asksYesOrNo(rest)) {
    if (!asked.has.empty() || value == "yes" || value == "included") {
      text = say(language, "Yes. ", "是的。");
    } else if (isNo(value)) {
      text = say(language, "No. ", "不支持。");
    }
  }
  text += say(language, label + ": " + shown + ".", label + "：" + shown + "。");
  if (asked.has.empty() && !asked.lacks.empty()) {
    const std::string lacks = joined(asked.lacks, lexicon, language);
    text += say(language, " The listing does not mention " + lacks + ".",
                "商品页没有提到" + lacks + "。");
  }
  return text;
}

std::vector<std::string> sentences(const std::string& text) {
  std::vector<std::string> all;
  std::u32string current;
  const auto chars = decodeUtf8(text);
  for (std::size_t i = 0; i < chars.size(); ++i) {
    current += chars[i];
    const bool han = chars[i] == U'。' || chars[i] == U'！' || chars[i] == U'？';
    const bool latin = (chars[i] == '.' || chars[i] == '!' || chars[i] == '?' || chars[i] == ';') &&
                       (i + 1 == chars.size() || chars[i + 1] == ' ');
    if (han || latin || i + 1 == chars.size()) {
      const auto begin = current.find_first_not_of(U' ');
      if (begin != std::u32string::npos) all.push_back(encodeUtf8(current.substr(begin)));
      current.clear();
    }
  }
  return all;
}

// The sentence of the description that speaks of what the message asks, or "".
std::string quote(const Model& model, const catalog::Product& product, std::string_view rest,
                  Language language) {
  const TermOptions content{
      .pairs = false, .pieces = false, .stopWeight = 0, .concepts = &model.concepts()};
  const std::string wish = wishOnly(rest);
  const auto wanted = terms(wish, content);
  if (wanted.empty()) return "";
  const auto inMessage = detectLanguage(wish);
  const auto asked = sentences(descriptionOf(product, inMessage));
  const auto shown = sentences(descriptionOf(product, language));
  std::string best;
  double bestShare = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    std::set<std::string> held;
    for (Term& term : terms(asked[i], content)) held.insert(std::move(term.text));
    double all = 0;
    double found = 0;
    for (const Term& term : wanted) {
      all += term.weight;
      if (held.contains(term.text)) found += term.weight;
    }
    if (found / all > bestShare) {
      bestShare = found / all;
      // The two texts are translations sentence by sentence, or the quote stays as it was found.
      best = asked.size() == shown.size() ? shown[i] : asked[i];
    }
  }
  return bestShare >= kSentenceCoverage ? best : "";
}

}  // namespace

Source sourceOf(const Model& model, std::uint32_t product, Language language) {
  const catalog::Product& listing = model.products().at(product);
  return {Source::Kind::Product, listing.id, titleOf(listing, language)};
}

bool asksForAttribute(const Model& model, std::uint32_t product, std::string_view rest) {
  return !attributesAsked(model, model.products().at(product), rest).empty();
}

std::optional<Reply> replyFromListing(const Model& model, std::uint32_t product,
                                      std::string_view rest, Language language) {
  const catalog::Product& listing = model.products().at(product);
  const std::string title = titleOf(listing, language);
  if (asksPrice(rest) && listing.price > 0) {
    const std::string price = money(listing.price, listing.currency);
    return about(
        model, product, language,
        say(language, title + " costs " + price + ".", title + " 的价格是 " + price + "。"), 0.95);
  }
  const auto asked = attributesAsked(model, listing, rest);
  if (!asked.empty()) {
    std::string text = title + say(language, "\n", "\n");
    // A second attribute only where it was asked for about as clearly ("weight and battery").
    for (std::size_t i = 0; i < asked.size() && i < 3; ++i) {
      if (i > 0 && asked[i].strength * 10 < asked[0].strength * 8) break;
      if (i > 0) text += "\n";
      text += sentenceFor(model, listing, asked[i], rest, language);
    }
    const bool clear = asked.front().strength >= 3;
    return about(model, product, language, std::move(text), clear ? 0.92 : 0.65);
  }
  if (const std::string said = quote(model, listing, rest, language); !said.empty()) {
    return about(model, product, language,
                 say(language, "From the description of " + title + ": \u201c" + said + "\u201d",
                     title + " 的介绍里写道：\u201c" + said + "\u201d"),
                 0.7);
  }
  return std::nullopt;
}

Reply overview(const Model& model, std::uint32_t product, Language language) {
  const catalog::Product& listing = model.products().at(product);
  std::string text = titleOf(listing, language);
  const std::string price = money(listing.price, listing.currency);
  if (!price.empty()) text += say(language, ", " + price, "，" + price);
  const auto said = sentences(descriptionOf(listing, language));
  std::string description;
  for (std::size_t i = 0; i < said.size() && i < 2; ++i) {
    description += (i > 0 ? say(language, " ", "") : "") + said[i];
  }
  if (!description.empty()) text += "\n" + description;
  return about(model, product, language, std::move(text), 0.9);
}

Reply notInListing(const Model& model, std::uint32_t product, Language language) {
  const catalog::Product& listing = model.products().at(product);
  std::string known;
  std::size_t count = 0;
  for (const auto& [name, value] : listing.attributes) {
    if (count++ == 6) break;
    known +=
        (known.empty() ? "" : say(language, ", ", "、")) + model.lexicon().label(name, language);
  }
  const std::string title = titleOf(listing, language);
  std::string text = say(language, "I do not know: the listing of " + title + " does not say.",
                         "我不知道：" + title + " 的商品页没有写这一点。");
  if (!known.empty()) {
    text += say(language, " It does give: " + known + ".", "它写明了：" + known + "。");
  }
  Reply reply = about(model, product, language, std::move(text), 0.2);
  reply.known = false;
  return reply;
}

}  // namespace shopkeeper::dialogue
