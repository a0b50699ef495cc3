#include "services/dialogue/domain/model.h"

namespace shopkeeper::dialogue {
namespace {

std::vector<Topic> topicsOf(const catalog::Snapshot& snapshot) {
  std::vector<Topic> topics;
  topics.reserve(snapshot.answers.size());
  for (const catalog::Answer& answer : snapshot.answers) {
    Topic topic;
    topic.phrasings = {answer.question, answer.questionZh};
    topic.phrasings.insert(topic.phrasings.end(), answer.alternatives.begin(),
                           answer.alternatives.end());
    topic.phrasings.insert(topic.phrasings.end(), answer.alternativesZh.begin(),
                           answer.alternativesZh.end());
    topic.bodies = {answer.answer, answer.answerZh};
    topics.push_back(std::move(topic));
  }
  return topics;
}

}  // namespace

std::set<std::string> valueWords(const std::string& value) {
  static const std::set<std::string, std::less<>> units = {
      "in", "kg",  "gb",  "tb",   "mb",     "wh",    "mah",   "hz",     "min",    "ml",  "db",
      "mp", "mm",  "cm",  "days", "months", "years", "pages", "sheets", "lumens", "bar", "none",
      "no", "yes", "not", "and",  "to",     "pa",    "aw",    "dpi",    "ra"};
  std::set<std::string> found;
  for (const Word& word : words(value)) {
    const bool number = word.text.find_first_not_of("0123456789.-") == std::string::npos;
    if (word.han || number || word.text.size() < 2 || units.contains(word.text)) continue;
    found.insert(word.text);
  }
  return found;
}

Model::Model(std::shared_ptr<const catalog::Snapshot> snapshot, std::shared_ptr<const Lists> lists)
    : snapshot_(std::move(snapshot)),
      lists_(std::move(lists)),
      products_(snapshot_->products),
      answers_(topicsOf(*snapshot_), &lists_->concepts) {
  for (const catalog::Product& product : snapshot_->products) {
    for (const auto& [name, value] : product.attributes) {
      for (const std::string& word : valueWords(value)) valueWords_[word].insert(name);
    }
  }
  const auto reach = answers_.match("How can I contact customer service? 怎么联系人工客服？", 2);
  if (AnswerMatcher::confidence(reach) >= 0.4) contact_ = reach.front().topic;
}

const std::set<std::string>& Model::attributesOfValueWord(const std::string& word) const {
  static const std::set<std::string> none;
  const auto at = valueWords_.find(word);
  return at == valueWords_.end() ? none : at->second;
}

}  // namespace shopkeeper::dialogue
