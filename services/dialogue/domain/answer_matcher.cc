#include "services/dialogue/domain/answer_matcher.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace shopkeeper::dialogue {
namespace {

// Whole words, Han bigrams and concepts, without stop words: what a message is about.
TermOptions telling(const Concepts* concepts) {
  return {.pairs = false, .pieces = false, .stopWeight = 0, .concepts = concepts};
}

void append(std::vector<Term>& to, const std::string& text, const TermOptions& options) {
  for (Term& term : terms(text, options)) to.push_back(std::move(term));
}

}  // namespace

AnswerMatcher::AnswerMatcher(const std::vector<Topic>& topics, const Concepts* concepts,
                             const MatchWeights& weights)
    : weights_(weights), concepts_(concepts) {
  const TermOptions all{.concepts = concepts};
  const TermOptions content = telling(concepts);
  for (std::uint32_t topic = 0; topic < topics.size(); ++topic) {
    std::vector<Term> together;
    std::vector<Term> body;
    std::vector<Term> held;
    for (const std::string& phrasing : topics[topic].phrasings) {
      auto own = terms(phrasing, all);
      if (own.empty()) continue;
      together.insert(together.end(), own.begin(), own.end());
      phrasings_.add(own);
      owner_.push_back(topic);
      append(held, phrasing, content);
    }
    for (const std::string& text : topics[topic].bodies) {
      append(body, text, all);
      append(held, text, content);
    }
    centres_.add(together);
    bodies_.add(body);
    std::vector<std::string> vocabulary;
    for (Term& term : held) vocabulary.push_back(std::move(term.text));
    std::sort(vocabulary.begin(), vocabulary.end());
    vocabulary.erase(std::unique(vocabulary.begin(), vocabulary.end()), vocabulary.end());
    vocabulary_.push_back(std::move(vocabulary));
  }
  phrasings_.build();
  centres_.build();
  bodies_.build();
}

double AnswerMatcher::coverage(const std::vector<Term>& message, std::uint32_t topic) const {
  double all = 0;
  double held = 0;
  const auto& vocabulary = vocabulary_[topic];
  for (const Term& term : message) {
    const double mass = term.weight * phrasings_.idf(term.text);
    all += mass;
    if (std::binary_search(vocabulary.begin(), vocabulary.end(), term.text)) held += mass;
  }
  return all > 0 ? held / all : 0;
}

std::vector<Match> AnswerMatcher::match(std::string_view message, std::size_t limit) const {
  const auto query = terms(message, {.concepts = concepts_});
  std::map<std::uint32_t, Match> found;
  const auto entry = [&](std::uint32_t topic) -> Match& {
    return found.try_emplace(topic, Match{topic, 0, 0, 0}).first->second;
  };
  std::map<std::uint32_t, double> votes;
  for (const auto& hit : phrasings_.query(query, weights_.neighbours)) {
    const std::uint32_t topic = owner_[hit.document];
    Match& match = entry(topic);
    match.similarity = std::max(match.similarity, hit.score);
    votes[topic] += std::pow(hit.score, weights_.sharpness);
  }
  double total = 0;
  for (const auto& [topic, vote] : votes) total += vote;
  for (auto& [topic, match] : found) {
    match.score = match.similarity + (total > 0 ? weights_.vote * votes[topic] / total : 0);
  }
  const std::size_t wide = std::max<std::size_t>(limit, 20);
  for (const auto& hit : centres_.query(query, wide)) {
    entry(hit.document).score += weights_.centre * hit.score;
  }
  for (const auto& hit : bodies_.query(query, wide)) {
    entry(hit.document).score += weights_.body * hit.score;
  }
  std::vector<Match> matches;
  for (const auto& [topic, match] : found) matches.push_back(match);
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return a.score != b.score ? a.score > b.score : a.topic < b.topic;
  });
  if (matches.size() > limit) matches.resize(limit);
  const auto content = terms(message, telling(concepts_));
  for (Match& match : matches) match.coverage = coverage(content, match.topic);
  return matches;
}

double AnswerMatcher::confidence(const std::vector<Match>& matches) {
  if (matches.empty()) return 0;
  const Match& best = matches.front();
  const double margin =
      matches.size() < 2 || best.score <= 0 ? 1 : (best.score - matches[1].score) / best.score;
  // Logistic; see tests/bench/dialogue for how the coefficients were found.
  const double x = -5.2 + 5.0 * best.similarity + 3.4 * best.coverage + 1.6 * margin;
  return 1.0 / (1.0 + std::exp(-x));
}

}  // namespace shopkeeper::dialogue
