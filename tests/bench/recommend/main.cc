// Quality of recommendations on the demo's events, by time: learned from the first days, asked
// about the later ones.
//
// Beside a product: in each later session, for each product but the last, does one of the next
// products of the session stand among the eight recommended? For a user: does one of the products
// of his next session? Both beside the same number of popular products.
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "services/catalog/model.h"
#include "services/recommendation/recommender.h"
#include "services/recommendation/trainer.h"
#include "services/recommendation/window.h"

namespace {

using namespace shopkeeper;
using namespace shopkeeper::recommendation;
using Steady = std::chrono::steady_clock;
namespace fs = std::filesystem;
using catalog::Event;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "bench_recommend: %s\n", message.c_str());
  std::exit(1);
}

std::vector<Event> readEvents(const std::string& path) {
  std::vector<Event> events;
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file) fail("cannot read " + path);
  char line[8192];
  while (gzgets(file, line, sizeof line)) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    Result<Event> event = catalog::parseEvent(json);
    if (!event) fail(event.error().message());
    event->seq = events.size() + 1;
    events.push_back(std::move(*event));
  }
  gzclose(file);
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

std::shared_ptr<catalog::Snapshot> readCatalogue(const std::string& path) {
  auto snapshot = std::make_shared<catalog::Snapshot>();
  snapshot->version = "bench";
  std::ifstream in(path);
  if (!in) fail("cannot read " + path);
  for (std::string line; std::getline(in, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("kind", "") != "product") continue;
    Result<catalog::Product> product = catalog::parseProduct(json);
    if (!product) fail(product.error().message());
    snapshot->products.push_back(std::move(*product));
  }
  std::sort(snapshot->products.begin(), snapshot->products.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return snapshot;
}

// The products of a session in order, each once.
struct Session {
  std::string user;
  std::vector<std::string> products;
};

std::vector<Session> sessionsOf(const std::vector<Event>& events, std::size_t from,
                                std::size_t to) {
  std::vector<Session> sessions;
  std::map<std::string, std::size_t> numbers;
  for (std::size_t i = from; i < to; ++i) {
    const Event& e = events[i];
    const auto [at, added] = numbers.try_emplace(e.user + "/" + e.session, sessions.size());
    if (added) sessions.push_back({e.user, {}});
    auto& products = sessions[at->second].products;
    if (std::find(products.begin(), products.end(), e.product) == products.end()) {
      products.push_back(e.product);
    }
  }
  // Crawlers are no shoppers to please.
  std::erase_if(sessions, [](const Session& s) { return s.products.size() > 40; });
  return sessions;
}

struct Rates {
  double besideHit = 0, besidePopular = 0, besideCategory = 0, userHit = 0, userPopular = 0;
  int besideAsked = 0, userAsked = 0;
};

constexpr unsigned kShown = 8;

bool anyOf(const std::vector<std::string>& shown, const std::set<std::string>& wanted) {
  return std::any_of(shown.begin(), shown.end(),
                     [&wanted](const std::string& id) { return wanted.contains(id); });
}

std::vector<std::string> idsOf(const std::vector<Recommendation>& list) {
  std::vector<std::string> ids;
  for (const Recommendation& r : list) ids.push_back(r.id);
  return ids;
}

std::vector<std::string> popularBut(const Model& model, const std::vector<ProductNumber>& order,
                                    const std::string& but) {
  std::vector<std::string> ids;
  for (const ProductNumber i : order) {
    const std::string& id = model.catalogue->products[i].id;
    if (id != but) ids.push_back(id);
    if (ids.size() == kShown) break;
  }
  return ids;
}

Rates evaluate(const Model& model, const std::vector<Session>& sessions) {
  Rates rates;
  for (const Session& session : sessions) {
    for (std::size_t i = 0; i + 1 < session.products.size(); ++i) {
      const std::string& product = session.products[i];
      const auto number = model.numbers.find(product);
      if (number == model.numbers.end()) continue;
      const std::set<std::string> next(session.products.begin() + static_cast<long>(i) + 1,
                                       session.products.end());
      ++rates.besideAsked;
      rates.besideHit += anyOf(idsOf(recommend(model, {product, "", kShown})), next);
      rates.besidePopular += anyOf(popularBut(model, model.byPopularity, product), next);
      const auto& category = model.catalogue->products[number->second].category;
      rates.besideCategory +=
          anyOf(popularBut(model, model.byCategory.at(category), product), next);
    }
    if (!model.users.contains(session.user)) continue;
    const std::set<std::string> all(session.products.begin(), session.products.end());
    ++rates.userAsked;
    rates.userHit += anyOf(idsOf(recommend(model, {"", session.user, kShown})), all);
    rates.userPopular += anyOf(popularBut(model, model.byPopularity, ""), all);
  }
  rates.besideHit /= std::max(1, rates.besideAsked);
  rates.besidePopular /= std::max(1, rates.besideAsked);
  rates.besideCategory /= std::max(1, rates.besideAsked);
  rates.userHit /= std::max(1, rates.userAsked);
  rates.userPopular /= std::max(1, rates.userAsked);
  return rates;
}

std::shared_ptr<const Model> learn(const std::vector<Event>& events, std::size_t to,
                                   std::shared_ptr<const catalog::Snapshot> catalogue,
                                   const TrainingOptions& options) {
  EventWindow window;
  WallTime now{};
  if (to == 0 || !parseRfc3339(events[to - 1].at, now)) fail("there are no events to learn from");
  for (std::size_t i = 0; i < to; ++i) window.add(events[i], now);
  return train(window, std::move(catalogue), now, options);
}

bool setNumber(TrainingOptions& o, const std::string& name, double value) {
  const std::map<std::string, double*> numbers{{"acrossSessions", &o.acrossSessions},
                                               {"shrink", &o.shrink},
                                               {"popularityPenalty", &o.popularityPenalty},
                                               {"bought", &o.boughtWeight},
                                               {"viewed", &o.viewedWeight},
                                               {"accessory", &o.accessoryWeight},
                                               {"category", &o.categoryWeight},
                                               {"view", &o.view},
                                               {"cart", &o.cart},
                                               {"purchase", &o.purchase},
                                               {"prior", &o.priorUsers}};
  if (name == "halfLifeDays") {
    o.halfLife = std::chrono::hours(static_cast<long>(value * 24));
    return true;
  }
  const auto at = numbers.find(name);
  if (at != numbers.end()) *at->second = value;
  return at != numbers.end();
}

void apply(TrainingOptions& options, const std::string& group) {
  for (std::size_t from = 0; from < group.size();) {
    const std::size_t to = std::min(group.find(',', from), group.size());
    const std::string setting = group.substr(from, to - from);
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos ||
        !setNumber(options, setting.substr(0, equals), std::atof(setting.c_str() + equals + 1))) {
      fail("\"" + setting + "\": expected NAME=NUMBER with a name of trainer.h");
    }
    from = to + 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Recommendation quality on the demo's events, split by time.");
  std::string source = ".", out = "build/bench/recommend.json";
  std::vector<std::string> tries;
  app.add_option("--source", source, "the checkout, for services/catalog-data");
  app.add_option("--out", out, "JSON file for the figures");
  app.add_option("--try", tries, "settings to compare on the tuning days, shrink=2,viewed=0.5");
  CLI11_PARSE(app, argc, argv);

  const std::string data = source + "/services/catalog-data";
  const auto catalogue = readCatalogue(data + "/catalog.jsonl");
  const std::vector<Event> events = readEvents(data + "/events.jsonl.gz");
  // Numbers are chosen with what the first 60 % say about the next 20 %; the last 20 % report.
  const std::size_t tuned = events.size() * 6 / 10, held = events.size() * 8 / 10;
  for (const std::string& group : tries) {
    TrainingOptions options;
    apply(options, group);
    const Rates r =
        evaluate(*learn(events, tuned, catalogue, options), sessionsOf(events, tuned, held));
    std::printf("try %-44s beside a product %.4f  for a user %.4f\n", group.c_str(), r.besideHit,
                r.userHit);
  }
  const auto start = Steady::now();
  const auto model = learn(events, held, catalogue, {});
  const double took = std::chrono::duration<double>(Steady::now() - start).count();
  const auto sessions = sessionsOf(events, held, events.size());
  const auto asked = Steady::now();
  const Rates r = evaluate(*model, sessions);
  const double perAnswer = std::chrono::duration<double>(Steady::now() - asked).count() /
                           std::max(1, r.besideAsked + r.userAsked);

  nlohmann::json figures = nlohmann::json::array();
  std::printf("%-40s %8s   %-9s %s\n", "figure", "value", "baseline", "source of the baseline");
  const auto report = [&figures](const std::string& name, double value, nlohmann::json baseline,
                                 const std::string& from) {
    std::printf("%-40s %8.4f   %-9s %s\n", name.c_str(), value,
                baseline.is_null() ? "" : baseline.dump().substr(0, 6).c_str(), from.c_str());
    figures.push_back({{"name", name}, {"value", value}, {"baseline", baseline}, {"source", from}});
  };
  report("hit rate@8 beside a product", r.besideHit, r.besidePopular, "popular products, same run");
  report("hit rate@8 beside a product, category", r.besideHit, r.besideCategory,
         "popular products of the category, same run");
  report("hit rate@8 for a user", r.userHit, r.userPopular, "popular products, same run");
  report("questions beside a product", r.besideAsked, nullptr, "");
  report("questions for a user", r.userAsked, nullptr, "");
  report("events learned from per second", static_cast<double>(held) / took, nullptr, "");
  report("answer, ms, one thread", perAnswer * 1e3, nullptr, "");
  fs::create_directories(fs::absolute(out).parent_path());
  std::ofstream(out) << nlohmann::json{{"figures", figures}}.dump(2) << '\n';
  return 0;
}
