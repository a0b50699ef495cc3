#include "services/dialogue/domain/engine.h"

#include <algorithm>

#include "services/dialogue/domain/compare.h"
#include "services/dialogue/domain/cues.h"
#include "services/dialogue/domain/facts.h"
#include "services/dialogue/domain/phrases.h"

namespace shopkeeper::dialogue {
namespace {

// Between this and kKnownFrom the closest help answer is shown as what it is: the closest one.
// Below it even that would be a guess.
constexpr double kTentativeFrom = 0.12;
// A bare list of words ("gaming laptop big screen") counts as a wish from this coverage on.
constexpr double kBareWish = 0.8;

struct Parsed {
  Language language;
  std::string text;  // normalised
  std::string rest;  // without product names
  std::vector<std::uint32_t> named;
  std::vector<std::uint32_t> ambiguous;
  std::optional<std::uint32_t> around;  // product on the page, or last spoken of
  PriceWish price;
};

std::optional<std::uint32_t> known(const Model& model, const std::string& id) {
  const std::uint32_t product = model.products().byId(id);
  if (id.empty() || product >= model.products().products().size()) return std::nullopt;
  return product;
}

Parsed parse(const Model& model, const Question& question, const Context& context) {
  Parsed parsed;
  parsed.language = question.language.value_or(detectLanguage(question.message));
  parsed.text = normalise(question.message);
  const auto mentions = model.products().mentions(parsed.text);
  for (const Mention& mention : mentions) {
    if (mention.products.size() == 1) {
      parsed.named.push_back(mention.products.front());
    } else if (parsed.ambiguous.empty()) {
      parsed.ambiguous = mention.products;
    }
  }
  // Yes-or-no is read from the first word, so keep the sentence whole where nothing was named.
  parsed.rest = mentions.empty() ? parsed.text : ProductIndex::without(parsed.text, mentions);
  parsed.price = readPriceWish(parsed.text);
  if (const auto place = ordinal(parsed.text); place && *place < context.products.size()) {
    parsed.around = known(model, context.products[*place]);
  }
  if (!parsed.around) parsed.around = known(model, question.product);
  if (!parsed.around) parsed.around = known(model, context.product);
  return parsed;
}

Source sourceOfAnswer(const catalog::Answer& answer, Language language) {
  const bool chinese = language == Language::Chinese;
  const std::string& title = chinese && !answer.questionZh.empty() ? answer.questionZh
                             : answer.question.empty()             ? answer.questionZh
                                                                   : answer.question;
  return {Source::Kind::Answer, answer.id, title};
}

const std::string& textOf(const catalog::Answer& answer, Language language) {
  const bool chinese = language == Language::Chinese;
  const std::string& wanted = chinese ? answer.answerZh : answer.answer;
  const std::string& other = chinese ? answer.answer : answer.answerZh;
  return wanted.empty() ? other : wanted;
}

Reply fromAnswer(const Model& model, const Match& match, double confidence, Language language) {
  const catalog::Answer& answer = model.snapshot().answers[match.topic];
  Reply reply;
  reply.text = textOf(answer, language);
  reply.confidence = confidence;
  reply.known = true;
  reply.sources = {sourceOfAnswer(answer, language)};
  return reply;
}

Reply whichOne(const Model& model, const std::vector<std::uint32_t>& products, Language language) {
  Reply reply;
  reply.text = say(language, "Several products go by that name. Which one do you mean?",
                   "有几款商品叫这个名字，您指的是哪一款？");
  for (const std::uint32_t product : products) {
    reply.text += "\n• " + titleOf(model.products().at(product), language);
    reply.sources.push_back(sourceOf(model, product, language));
    reply.products.push_back(model.products().at(product).id);
  }
  reply.confidence = 0.3;
  return reply;
}

// The answer to the closest question, with that question, so that the person can judge.
Reply tentative(const Model& model, const Match& match, double confidence, Language language) {
  Reply reply = fromAnswer(model, match, confidence, language);
  const std::string& question = reply.sources.front().title;
  reply.text =
      say(language,
          "I am not sure I understood. To \u201c" + question +
              "\u201d the help page says: " + reply.text,
          "我不确定是否理解对了。关于\u201c" + question + "\u201d，帮助页面写道：" + reply.text);
  return reply;
}

// Never a guess: says so, then offers close products and a person.
Reply dontKnow(const Model& model, const Parsed& parsed, double confidence) {
  const Language language = parsed.language;
  Reply reply;
  reply.confidence = confidence;
  reply.text = say(language, "I do not know that: the catalogue and the help pages do not say.",
                   "这个我不知道，商品目录和帮助页面里都没有写。");
  const auto close = nearby(model, parsed.text, 3);
  if (!close.empty()) {
    reply.text += say(language, "\nThese products may be related:", "\n这些商品可能相关：");
    for (const std::uint32_t product : close) {
      reply.text += "\n• " + titleOf(model.products().at(product), language);
      reply.sources.push_back(sourceOf(model, product, language));
      reply.products.push_back(model.products().at(product).id);
    }
  }
  if (model.contactAnswer()) {
    const catalog::Answer& contact = model.snapshot().answers[*model.contactAnswer()];
    reply.text +=
        say(language, "\nTo ask a person: ", "\n想问人工客服：") + textOf(contact, language);
    reply.sources.push_back(sourceOfAnswer(contact, language));
  }
  return reply;
}

Reply whichProduct(Language language) {
  Reply reply;
  reply.text =
      say(language, "Which product do you mean? Tell me its name, or open its page and ask there.",
          "您指的是哪款商品？告诉我它的名称，或打开商品页再问。");
  reply.confidence = 0.2;
  return reply;
}

// Products to set side by side: those named, else those spoken of.
std::vector<std::uint32_t> comparable(const Model& model, const Parsed& parsed,
                                      const Context& context) {
  std::vector<std::uint32_t> list = parsed.named;
  const auto add = [&](std::optional<std::uint32_t> product) {
    if (product && std::find(list.begin(), list.end(), *product) == list.end()) {
      list.push_back(*product);
    }
  };
  if (list.size() == 1) add(parsed.around);
  if (list.empty() && (refersToSeveral(parsed.text) || asksToCompare(parsed.text))) {
    for (std::size_t i = 0; i < context.products.size() && i < 2; ++i) {
      add(known(model, context.products[i]));
    }
  }
  if (list.size() > 3) list.resize(3);
  return list;
}

std::size_t tellingWords(const std::string& message) {
  const auto list = words(wishOnly(message));
  return static_cast<std::size_t>(std::count_if(list.begin(), list.end(), [](const Word& word) {
    return word.han || !isStopWord(word.text);
  }));
}

// True where the message leans on the product at hand rather than standing for itself.
bool leansOnProduct(const Parsed& parsed) {
  return refersBack(parsed.text) || ordinal(parsed.text).has_value();
}

Reply aboutNamed(const Model& model, std::uint32_t product, const Parsed& parsed,
                 const std::vector<Match>& matches, double confidence) {
  if (wishOnly(parsed.rest).empty() && !asksPrice(parsed.rest)) {
    return overview(model, product, parsed.language);
  }
  if (auto reply = replyFromListing(model, product, parsed.rest, parsed.language)) return *reply;
  if (confidence >= kKnownFrom) {
    return fromAnswer(model, matches.front(), confidence, parsed.language);
  }
  const auto content = words(wishOnly(parsed.rest));
  const bool nothingAsked = std::all_of(content.begin(), content.end(), [](const Word& word) {
    return !word.han && isStopWord(word.text);
  });
  return nothingAsked || containsPhrase(parsed.rest, "介绍") ||
                 containsPhrase(parsed.rest, "怎么样")
             ? overview(model, product, parsed.language)
             : notInListing(model, product, parsed.language);
}

Reply decide(const Model& model, ProductFinder& finder, const Parsed& parsed, Context& context) {
  const Language language = parsed.language;
  if (const auto kind = smallTalk(parsed.text)) {
    Reply reply;
    reply.text = smallTalkText(*kind, language);
    reply.confidence = 1;
    reply.known = true;
    return reply;
  }
  const bool comparing = asksToCompare(parsed.text);
  if (comparing || parsed.named.size() >= 2) {
    const auto list = comparable(model, parsed, context);
    if (list.size() >= 2) return compare(model, list, parsed.rest, language);
  }
  if (parsed.named.empty() && !parsed.ambiguous.empty()) {
    return whichOne(model, parsed.ambiguous, language);
  }
  const auto matches = model.answers().match(parsed.rest, 3);
  const double confidence = AnswerMatcher::confidence(matches);
  if (!parsed.named.empty()) {
    return aboutNamed(model, parsed.named.front(), parsed, matches, confidence);
  }
  const bool wishing = asksForProducts(parsed.text) || asksForCheapest(parsed.text);
  Wish wish{wishOnly(parsed.price.rest), parsed.price.range, asksForCheapest(parsed.text)};
  if (parsed.around && !wish.range.any()) {
    const bool leans = leansOnProduct(parsed);
    const bool priceOfIt = asksPrice(parsed.rest) && (leans || words(parsed.rest).size() <= 3);
    const bool asked = priceOfIt || asksForAttribute(model, *parsed.around, parsed.rest);
    if (leans || priceOfIt || (asked && confidence < kKnownFrom && !wishing)) {
      if (confidence >= 0.8 && !asked) {
        return fromAnswer(model, matches.front(), confidence, language);
      }
      // "Will it rain in Chengdu on Saturday?" has its "it" from elsewhere: so many words that
      // the listing does not hold are not about the product.
      const bool foreign = !asked && tellingWords(parsed.rest) >= 3 &&
                           !replyFromListing(model, *parsed.around, parsed.rest, language);
      if ((!wishing || asked) && !foreign) {
        return aboutNamed(model, *parsed.around, parsed, matches, confidence);
      }
    }
  }
  // "under 1000?" and "cheaper ones" go on with the last wish.
  if ((wish.range.any() || wish.cheapest) && wish.query.empty()) wish.query = context.query;
  if ((wishing && confidence < 0.8) || wish.range.any()) {
    Reply reply = recommend(model, finder, wish, language);
    if (reply.known || wish.range.any() || confidence < kKnownFrom) {
      if (reply.known) {
        context.query = wish.query;
        context.range = wish.range;
      }
      return reply;
    }
  }
  if (confidence >= kKnownFrom) return fromAnswer(model, matches.front(), confidence, language);
  if (parsed.around) {
    if (auto reply = replyFromListing(model, *parsed.around, parsed.rest, language)) return *reply;
  }
  if (refersBack(parsed.text) && words(parsed.text).size() <= 6 && !parsed.around &&
      confidence < kTentativeFrom) {
    return whichProduct(language);
  }
  const auto close = model.products().find(wish.query, {}, 1);
  if (!close.empty() && model.products().coverage(wish.query, close.front()) >= kBareWish) {
    Reply reply = recommend(model, finder, wish, language);
    if (reply.known) {
      context.query = wish.query;
      return reply;
    }
  }
  if (confidence >= kTentativeFrom) return tentative(model, matches.front(), confidence, language);
  return dontKnow(model, parsed, confidence);
}

}  // namespace

Reply answer(const Model& model, ProductFinder& finder, const Question& question,
             Context& context) {
  const Parsed parsed = parse(model, question, context);
  Reply reply = decide(model, finder, parsed, context);
  if (reply.products.size() == 1) {
    context.product = reply.products.front();
  } else if (reply.products.size() > 1) {
    context.products = reply.products;
    context.product.clear();
  }
  return reply;
}

Context contextOf(const Model& model, const std::vector<Turn>& turns) {
  Context context;
  for (const Turn& turn : turns) {
    std::vector<std::string> spoken;
    for (const Mention& mention : model.products().mentions(turn.text, 6)) {
      if (mention.products.size() != 1) continue;
      const std::string& id = model.products().at(mention.products.front()).id;
      if (std::find(spoken.begin(), spoken.end(), id) == spoken.end()) spoken.push_back(id);
    }
    if (spoken.size() == 1) {
      context.product = spoken.front();
    } else if (spoken.size() > 1) {
      context.products = spoken;
      context.product.clear();
    }
  }
  return context;
}

}  // namespace shopkeeper::dialogue
