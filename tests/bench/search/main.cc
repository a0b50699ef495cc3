// Quality and latency of search: 135 rated queries over the 19,406 products of chorus-icecat, and
// the golden searches of our own catalogue.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "services/catalog/model.h"
#include "services/search/builder.h"
#include "services/search/engine.h"
#include "tests/bench/search/measures.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::search;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
using Queries = std::map<std::string, bench::Judgements>;

double secondsSince(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "bench_search: %s\n", message.c_str());
  std::exit(1);
}

void addProduct(const std::string& line, catalog::Snapshot& into) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (json.is_discarded() || json.value("kind", "") != "product") return;
  Result<catalog::Product> product = catalog::parseProduct(json);
  if (!product) fail(product.error().message());
  into.products.push_back(std::move(*product));
}

catalog::Snapshot readIcecat(const std::string& script, const fs::path& data) {
  catalog::Snapshot snapshot;
  snapshot.version = "icecat";
  const std::string command = "python3 '" + script + "' '" + data.string() + "'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) fail("cannot run python3");
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t n; (n = ::getline(&line, &room, pipe)) > 0;) {
    addProduct(std::string(line, static_cast<std::size_t>(n)), snapshot);
  }
  std::free(line);
  if (::pclose(pipe) != 0) fail("could not read the products in " + data.string());
  return snapshot;
}

catalog::Snapshot readLines(const fs::path& file) {
  catalog::Snapshot snapshot;
  snapshot.version = "own";
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) addProduct(line, snapshot);
  std::sort(snapshot.products.begin(), snapshot.products.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return snapshot;
}

Queries readRatings(const fs::path& file) {
  Queries queries;
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);  // header
  while (std::getline(in, line)) {
    const std::size_t rating = line.rfind(','), id = line.rfind(',', rating - 1);
    if (rating == std::string::npos || id == std::string::npos) continue;
    queries[line.substr(0, id)][line.substr(id + 1, rating - id - 1)] =
        std::atoi(line.c_str() + rating + 1);
  }
  return queries;
}

// Queries fall into two halves by a hash of their text (FNV-1a): one to choose numbers on, one to
// report on.
int halfOf(const std::string& query) {
  std::uint64_t hash = 14695981039346656037u;
  for (const unsigned char c : query) hash = (hash ^ c) * 1099511628211u;
  return static_cast<int>(hash >> 20 & 1);
}

struct Summary {
  double ndcg10 = 0, recall50 = 0, mrr10 = 0, judged10 = 0;
  int queries = 0, recallQueries = 0;
};

struct Bench {
  FieldWeights fields;
  Ranking ranking;
  std::vector<double> latencies;
  std::map<std::string, double> perQuery;
  Synonyms none;
  bool synonyms = true;

  std::shared_ptr<Index> build(const catalog::Snapshot& snapshot, const fs::path& folder) const {
    const fs::path file = folder / (snapshot.version + ".index");
    const Status built = buildIndex(snapshot, fields, folder / "scratch", file);
    if (!built) fail(built.error().message());
    Result<std::shared_ptr<Index>> index = Index::open(file, 1);
    if (!index) fail(index.error().message());
    return *index;
  }

  std::vector<std::string> ask(const Index& index, const std::string& query, unsigned limit,
                               Language language = Language::English) {
    const Engine engine(ranking, synonyms ? Synonyms::builtin() : none);
    SearchRequest request;
    request.query = query;
    request.limit = limit;
    request.language = language;
    const auto start = Steady::now();
    const Result<SearchResult> result = engine.search(index, request);
    latencies.push_back(secondsSince(start));
    if (!result) fail(result.error().message());
    std::vector<std::string> ids;
    for (const Hit& hit : result->hits) ids.push_back(hit.id);
    return ids;
  }

  void show(const Index& index, const std::string& query, const Queries& queries) {
    const Engine engine(ranking, synonyms ? Synonyms::builtin() : none);
    SearchRequest request;
    request.query = query;
    request.limit = 10;
    const auto result = engine.search(index, request);
    if (!result) fail(result.error().message());
    const auto judged = queries.find(query);
    std::printf("%s: %llu found, suggestion \"%s\"\n", query.c_str(),
                static_cast<unsigned long long>(result->total), result->suggestion.c_str());
    for (const Hit& hit : result->hits) {
      const bool known = judged != queries.end() && judged->second.contains(hit.id);
      std::printf("  %s %7.3f  %-9s %.90s\n",
                  known ? std::to_string(judged->second.at(hit.id)).c_str() : "-", hit.score,
                  hit.id.c_str(), hit.title.c_str());
    }
  }

  // `half` 0 or 1, or -1 for all.
  Summary evaluate(const Index& index, const Queries& queries, int half) {
    Summary sum;
    for (const auto& [query, judged] : queries) {
      if (bench::bestRating(judged) < 1 || (half >= 0 && halfOf(query) != half)) continue;
      const std::vector<std::string> ids = ask(index, query, 50);
      perQuery[query] = bench::ndcg(ids, judged, 10);
      sum.ndcg10 += perQuery[query];
      sum.mrr10 += bench::reciprocalRank(ids, judged, 10, 2);
      sum.judged10 += bench::judgedShare(ids, judged, 10);
      ++sum.queries;
      if (bench::bestRating(judged) < 2) continue;
      sum.recall50 += bench::recall(ids, judged, 50, 2);
      ++sum.recallQueries;
    }
    sum.ndcg10 /= sum.queries;
    sum.mrr10 /= sum.queries;
    sum.judged10 /= sum.queries;
    sum.recall50 /= sum.recallQueries;
    return sum;
  }

  double golden(const Index& index, const fs::path& file, bool verbose) {
    int asked = 0, passed = 0;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      const auto check = nlohmann::json::parse(line);
      if (check.at("kind") != "search") continue;
      ++asked;
      const auto language = check.at("lang") == "zh" ? Language::Chinese : Language::English;
      const auto ids = ask(index, check.at("q"), check.at("k"), language);
      const auto& expected = check.at("expect_any");
      const bool hit = std::any_of(ids.begin(), ids.end(), [&expected](const std::string& id) {
        return std::find(expected.begin(), expected.end(), id) != expected.end();
      });
      passed += hit;
      if (!hit || verbose) {
        std::cout << (hit ? "  found   " : "  MISSED  ") << check.at("q").get<std::string>()
                  << " ->";
        for (const std::string& id : ids) std::cout << ' ' << id;
        std::cout << '\n';
      }
    }
    return asked == 0 ? 0 : static_cast<double>(passed) / asked;
  }
};

bool setNumber(Bench& bench, const std::string& name, double value) {
  const auto count = static_cast<unsigned>(value);
  Ranking& r = bench.ranking;
  FieldWeights& f = bench.fields;
  const std::map<std::string, double*> numbers{{"k1", &r.k1},
                                               {"b", &r.b},
                                               {"minLength", &r.minLength},
                                               {"synonym", &r.synonym},
                                               {"allWords", &r.allWords},
                                               {"categoryBoost", &r.category},
                                               {"popularity", &r.popularity}};
  const std::map<std::string, unsigned*> weights{{"title", &f.title},
                                                 {"brand", &f.brand},
                                                 {"category", &f.category},
                                                 {"attributes", &f.attributes},
                                                 {"description", &f.description}};
  if (const auto at = numbers.find(name); at != numbers.end()) return *at->second = value, true;
  if (const auto at = weights.find(name); at != weights.end()) return *at->second = count, true;
  return false;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace

int main(int argc, char** argv) {
  Bench bench;
  CLI::App app("Search quality and latency on real rated queries and on our golden checks.");
  std::string data, out = "build/bench/search.json", source = ".";
  if (const char* shared = std::getenv("SHOPKEEPER_SHARED_DATA")) data = shared;
  std::vector<std::string> settings, tries, shown;
  bool verbose = false, goldenOnly = false;
  app.add_option("--data", data, "folder that holds chorus-icecat (env SHOPKEEPER_SHARED_DATA)");
  app.add_option("--source", source, "the checkout, for the converter and golden.jsonl");
  app.add_option("--out", out, "JSON file for the figures");
  app.add_option("--set", settings, "a ranking number, such as b=0.5 (repeatable)");
  app.add_option("--try", tries, "query-time settings to compare on the tuning half, k1=1,b=0.4");
  app.add_option("--show", shown, "a query whose first ten results are to be listed");
  app.add_flag("!--no-synonyms", bench.synonyms, "leave the synonyms out");
  app.add_flag("--golden-only", goldenOnly, "only our own catalogue");
  app.add_flag("--verbose", verbose, "each query's figure");
  CLI11_PARSE(app, argc, argv);

  const auto apply = [&bench](const std::string& setting) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos ||
        !setNumber(bench, setting.substr(0, equals), std::atof(setting.c_str() + equals + 1))) {
      fail("--set " + setting + ": expected NAME=NUMBER with a name of ranking.h");
    }
  };
  for (const std::string& setting : settings) apply(setting);

  const fs::path folder =
      fs::temp_directory_path() / ("bench_search." + std::to_string(::getpid()));
  fs::create_directories(folder);
  nlohmann::json figures = nlohmann::json::array();
  const auto report = [&figures](const std::string& name, double value, nlohmann::json baseline,
                                 const std::string& from) {
    std::printf("%-34s %8.4f   %-9s %s\n", name.c_str(), value,
                baseline.is_null() ? "" : baseline.dump().c_str(), from.c_str());
    figures.push_back({{"name", name}, {"value", value}, {"baseline", baseline}, {"source", from}});
  };
  std::printf("%-34s %8s   %-9s %s\n", "figure", "value", "baseline", "source of the baseline");

  const fs::path own = fs::path(source) / "services/catalog-data";
  if (fs::exists(own / "golden.jsonl") && fs::exists(own / "catalog.jsonl")) {
    const auto index = bench.build(readLines(own / "catalog.jsonl"), folder);
    report("golden searches found within k", bench.golden(*index, own / "golden.jsonl", verbose),
           1.0, "services/catalog-data/golden.jsonl, all of them");
  }

  const fs::path icecat = fs::path(data) / "chorus-icecat";
  if (goldenOnly) {
  } else if (data.empty() || !fs::exists(icecat / "Broad_Query_Set_rated.csv")) {
    std::printf(
        "skipped: data not present (chorus-icecat under --data or SHOPKEEPER_SHARED_DATA)\n");
  } else {
    const catalog::Snapshot snapshot =
        readIcecat((fs::path(source) / "tests/bench/search/icecat.py").string(), icecat);
    const Queries queries = readRatings(icecat / "Broad_Query_Set_rated.csv");
    const auto start = Steady::now();
    const auto index = bench.build(snapshot, folder);
    const double built = secondsSince(start);
    for (const std::string& group : tries) {
      const Ranking before = bench.ranking;
      for (std::size_t from = 0; from < group.size();) {
        const std::size_t to = std::min(group.find(',', from), group.size());
        apply(group.substr(from, to - from));
        from = to + 1;
      }
      const Summary half = bench.evaluate(*index, queries, 0);
      std::printf("try %-40s tuning half NDCG@10 %.4f Recall@50 %.4f MRR@10 %.4f\n", group.c_str(),
                  half.ndcg10, half.recall50, half.mrr10);
      bench.ranking = before;
    }
    for (const std::string& query : shown) bench.show(*index, query, queries);
    bench.latencies.clear();
    const Summary all = bench.evaluate(*index, queries, -1);
    const Summary tuning = bench.evaluate(*index, queries, 0);
    const Summary heldOut = bench.evaluate(*index, queries, 1);
    const std::string untuned = "Xapian untuned, title x 3";
    const std::string own25 = "plain BM25 over title and description";
    report("NDCG@10", all.ndcg10, 0.768, untuned);
    report("NDCG@10, half that was tuned on", tuning.ndcg10, nullptr, "");
    report("NDCG@10, half held out", heldOut.ndcg10, nullptr, "");
    report("Recall@50 (rated >= 2)", all.recall50, 0.835, own25);
    report("MRR@10 (rated >= 2)", all.mrr10, 0.778, own25);
    report("share of top ten judged", all.judged10, 0.75, own25);
    report("products indexed per second", static_cast<double>(snapshot.products.size()) / built,
           nullptr, "");
    report("latency p50, ms, one thread", percentile(bench.latencies, 0.5) * 1e3, nullptr, "");
    report("latency p99, ms, one thread", percentile(bench.latencies, 0.99) * 1e3, nullptr, "");
    if (verbose) {
      for (const auto& [query, value] : bench.perQuery) {
        std::printf("  %.3f %s%s\n", value, query.c_str(), halfOf(query) == 0 ? " (tuned on)" : "");
      }
    }
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (!figures.empty()) {
    fs::create_directories(fs::absolute(out).parent_path());
    std::ofstream(out) << nlohmann::json{{"figures", figures}}.dump(2) << '\n';
  }
  return 0;
}
