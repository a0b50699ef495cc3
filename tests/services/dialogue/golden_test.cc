// The catalogue's own golden checks: paraphrased questions and questions nobody can answer.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/services/dialogue/shop.h"

namespace shopkeeper::dialogue {
namespace {

using nlohmann::json;

std::vector<json> lines(const std::string& name) {
  const char* source = std::getenv("SHOPKEEPER_SOURCE_DIR");
  std::ifstream in(std::string(source != nullptr ? source : ".") + "/services/catalog-data/" +
                   name);
  std::vector<json> all;
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
  return all;
}

TEST(Golden, ParaphrasesFindTheirAnswerAndTheUnknownStaysUnknown) {
  auto snapshot = std::make_shared<catalog::Snapshot>();
  for (const json& record : lines("catalog.jsonl")) {
    if (record["kind"] == "product") {
      snapshot->products.push_back(catalog::parseProduct(record).value());
    } else if (record["kind"] == "answer") {
      snapshot->answers.push_back(catalog::parseAnswer(record).value());
    }
  }
  ASSERT_FALSE(snapshot->answers.empty()) << "services/catalog-data/catalog.jsonl is not readable";
  const Model model(snapshot, testing::lists());
  testing::FinderDouble finder;
  int questions = 0;
  int answered = 0;
  int best = 0;
  for (const json& check : lines("golden.jsonl")) {
    const std::string message = check["q"];
    Context context;
    const Reply reply = answer(model, finder, {message, {}, ""}, context);
    if (check["kind"] == "question") {
      ++questions;
      const auto matches = model.answers().match(message, 1);
      const std::string wanted = check["expect"];
      if (!matches.empty() && snapshot->answers[matches[0].topic].id == wanted) ++best;
      if (reply.known && !reply.sources.empty() && reply.sources[0].id == wanted) ++answered;
    } else if (check["kind"] == "unknown") {
      EXPECT_FALSE(reply.known) << message << " -> " << reply.text;
    }
  }
  std::printf("golden: best match right %d, answered right %d, of %d questions\n", best, answered,
              questions);
  EXPECT_GE(best * 10, questions * 8);
  EXPECT_GE(answered * 10, questions * 5);
}

// Questions as the catalogue itself puts them must all be answered by their own answer.
TEST(Golden, EveryQuestionOfTheCatalogueFindsItself) {
  std::vector<Topic> topics;
  std::vector<std::string> asked;
  for (const json& record : lines("catalog.jsonl")) {
    if (record["kind"] != "answer") continue;
    topics.push_back({{record["question"], record["question_zh"]}, {}});
    for (const auto& other : record["alternatives"]) topics.back().phrasings.push_back(other);
    for (const auto& other : record["alternatives_zh"]) topics.back().phrasings.push_back(other);
  }
  ASSERT_FALSE(topics.empty());
  const AnswerMatcher matcher(topics, &testing::lists()->concepts);
  int wrong = 0;
  int all = 0;
  for (std::uint32_t i = 0; i < topics.size(); ++i) {
    for (const std::string& phrasing : topics[i].phrasings) {
      ++all;
      const auto matches = matcher.match(phrasing, 2);
      if (matches.empty() || matches[0].topic != i) ++wrong;
    }
  }
  EXPECT_LE(wrong * 100, all) << wrong << " of " << all << " phrasings find another answer";
}

}  // namespace
}  // namespace shopkeeper::dialogue
