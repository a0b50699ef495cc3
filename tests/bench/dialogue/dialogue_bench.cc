// Quality of the answer matcher on banking77: 10,003 labelled customer questions as phrasings of 77
// intents, 3,080 questions to place. Also --tune: the same on a held-out fifth of the training set.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "services/dialogue/domain/answer_matcher.h"

namespace {

using shopkeeper::dialogue::AnswerMatcher;
using shopkeeper::dialogue::MatchWeights;
using shopkeeper::dialogue::Topic;

struct Row {
  std::string text;
  std::string label;
};

// RFC 4180 with quoted fields; the files have the two columns text,category.
std::optional<std::vector<Row>> readCsv(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  const std::string data((std::istreambuf_iterator<char>(in)), {});
  std::vector<Row> rows;
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const char c = data[i];
    if (quoted) {
      if (c == '"' && i + 1 < data.size() && data[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        fields.back() += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      if (fields.size() == 2) rows.push_back({fields[0], fields[1]});
      fields.assign(1, "");
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  if (fields.size() == 2) rows.push_back({fields[0], fields[1]});
  if (!rows.empty()) rows.erase(rows.begin());  // the header
  return rows;
}

struct Quality {
  double first = 0;
  double five = 0;
  double microseconds = 0;
};

Quality measure(const std::vector<Row>& known, const std::vector<Row>& asked,
                const MatchWeights& weights) {
  std::map<std::string, std::size_t> numbers;
  std::vector<Topic> topics;
  for (const Row& row : known) {
    const auto [at, fresh] = numbers.try_emplace(row.label, topics.size());
    if (fresh) topics.emplace_back();
    topics[at->second].phrasings.push_back(row.text);
  }
  const AnswerMatcher matcher(topics, nullptr, weights);
  Quality quality;
  const auto start = std::chrono::steady_clock::now();
  for (const Row& row : asked) {
    const auto matches = matcher.match(row.text, 5);
    const auto wanted = numbers.find(row.label);
    for (std::size_t i = 0; i < matches.size() && wanted != numbers.end(); ++i) {
      if (matches[i].topic != wanted->second) continue;
      if (i == 0) quality.first += 1;
      quality.five += 1;
    }
  }
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  const auto n = static_cast<double>(asked.size());
  return {quality.first / n, quality.five / n, spent.count() / n};
}

void tune(const std::vector<Row>& train) {
  std::vector<Row> known;
  std::vector<Row> held;
  for (std::size_t i = 0; i < train.size(); ++i) (i % 5 == 0 ? held : known).push_back(train[i]);
  for (const double vote : {0.0, 0.4, 0.8}) {
    for (const double centre : {0.0, 1.0, 2.5, 4.0, 6.0}) {
      for (const double sharpness : {1.5, 3.0}) {
        MatchWeights weights;
        weights.vote = vote;
        weights.centre = centre;
        weights.sharpness = sharpness;
        const Quality quality = measure(known, held, weights);
        std::printf("vote %.2f centre %.2f sharpness %.1f: hit@1 %.4f hit@5 %.4f\n", vote, centre,
                    sharpness, quality.first, quality.five);
        std::fflush(stdout);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* shared = std::getenv("SHOPKEEPER_SHARED_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(shared != nullptr ? shared : "") / "banking77";
  const auto train = readCsv(folder / "train.csv");
  const auto test = readCsv(folder / "test.csv");
  if (shared == nullptr || !train || !test || test->empty()) {
    std::puts("skipped: data not present (set SHOPKEEPER_SHARED_DATA to the folder of banking77)");
    return 0;
  }
  if (argc > 1 && std::string_view(argv[1]) == "--tune") {
    tune(*train);
    return 0;
  }
  const std::filesystem::path out = argc > 1 ? argv[1] : "build/bench/dialogue.json";
  std::printf("placing %zu questions among %zu known ones...\n", test->size(), train->size());
  const Quality quality = measure(*train, *test, {});
  const std::string source = "banking77 test, 3,080 questions; baseline BM25 nearest question";
  const nlohmann::json figures = {{{"name", "banking77_hit_at_1"},
                                   {"value", quality.first},
                                   {"baseline", 0.798},
                                   {"source", source}},
                                  {{"name", "banking77_hit_at_1_over_vote"},
                                   {"value", quality.first},
                                   {"baseline", 0.833},
                                   {"source", "the same; baseline BM25, vote of 10"}},
                                  {{"name", "banking77_hit_at_5"},
                                   {"value", quality.five},
                                   {"baseline", 0.938},
                                   {"source", source}},
                                  {{"name", "match_microseconds_mean"},
                                   {"value", quality.microseconds},
                                   {"baseline", nullptr},
                                   {"source", "one thread, 10,003 phrasings"}}};
  for (const auto& figure : figures) {
    std::printf("%-30s %9.4f   baseline %s\n", figure["name"].get<std::string>().c_str(),
                figure["value"].get<double>(), figure["baseline"].dump().c_str());
  }
  std::error_code failed;
  std::filesystem::create_directories(out.parent_path(), failed);
  std::ofstream file(out);
  file << nlohmann::json{{"figures", figures}}.dump(2) << "\n";
  if (!file) {
    std::fprintf(stderr, "cannot write %s\n", out.c_str());
    return 1;
  }
  return 0;
}
