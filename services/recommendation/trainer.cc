#include "services/recommendation/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "services/recommendation/backoff.h"
#include "services/recommendation/cooccurrence.h"
#include "services/recommendation/rows.h"

namespace shopkeeper::recommendation {
namespace {

// At most this many accessories of a product count, as a catalogue lists the best first.
constexpr std::size_t kAccessories = 20;

void indexCatalogue(Model& model) {
  const auto& products = model.catalogue->products;
  for (ProductNumber i = 0; i < products.size(); ++i) model.numbers.emplace(products[i].id, i);
}

// Session rows, and user rows at their lower weight, in order of user; of bought things only where
// `bought`.
class Evidence {
 public:
  Evidence(const Rows& rows, const TrainingOptions& options, bool bought) {
    auto user = rows.users.begin();
    for (const Row& session : rows.sessions) {
      while (user != rows.users.end() && user->user <= session.user) {
        add(*user++, options.acrossSessions, bought);
      }
      add(session, 1, bought);
    }
    for (; user != rows.users.end(); ++user) add(*user, options.acrossSessions, bought);
    for (const Row& row : kept_) pointers_.push_back(&row);
  }

  const std::vector<const Row*>& rows() const { return pointers_; }

 private:
  void add(const Row& row, double factor, bool bought) {
    Row copy{row.user, static_cast<float>(row.weight * factor), {}};
    for (const RowItem& item : row.items) {
      if (!bought || item.bought) copy.items.push_back(item);
    }
    if (copy.items.size() > 1) kept_.push_back(std::move(copy));
  }

  std::vector<Row> kept_;
  std::vector<const Row*> pointers_;
};

// What speaks for one neighbour, by source.
struct Support {
  double bought = 0, viewed = 0, accessory = 0, category = 0;

  double score() const { return bought + viewed + accessory + category; }
  // The source that says most.
  Reason reason() const {
    if (category > std::max({bought, viewed, accessory})) return Reason::SameCategory;
    if (bought > 0 && bought >= viewed && bought >= accessory) return Reason::BoughtTogether;
    return viewed >= accessory ? Reason::ViewedTogether : Reason::Related;
  }
};

std::vector<Neighbour> mergeSupport(const std::unordered_map<ProductNumber, Support>& supports,
                                    std::size_t most) {
  std::vector<Neighbour> list;
  for (const auto& [product, support] : supports) {
    list.push_back({product, static_cast<float>(support.score()), support.reason()});
  }
  std::sort(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.score != b.score ? a.score > b.score : a.product < b.product;
  });
  if (list.size() > most) list.resize(most);
  return list;
}

void learnNeighbours(Model& model, const Rows& rows, const TrainingOptions& options) {
  const auto& products = model.catalogue->products;
  const std::size_t most = options.neighbours;
  const auto similar = [&](bool bought) {
    const Evidence evidence(rows, options, bought);
    return similarProducts(evidence.rows(), products.size(), options.shrink,
                           options.popularityPenalty, most);
  };
  const auto bought = similar(true), viewed = similar(false);
  const Evidence all(rows, options, false);
  const auto category = categoryPartners(model, all.rows(), most);
  model.neighbours.resize(products.size());
  for (ProductNumber i = 0; i < products.size(); ++i) {
    std::unordered_map<ProductNumber, Support> supports;
    for (const Similar& s : bought[i]) supports[s.product].bought = options.boughtWeight * s.score;
    for (const Similar& s : viewed[i]) supports[s.product].viewed = options.viewedWeight * s.score;
    for (const Similar& s : category[i]) {
      supports[s.product].category = options.categoryWeight * s.score;
    }
    const auto& related = products[i].related;
    for (std::size_t rank = 0; rank < std::min(related.size(), kAccessories); ++rank) {
      const auto at = model.numbers.find(related[rank]);
      if (at == model.numbers.end() || at->second == i) continue;
      supports[at->second].accessory =
          options.accessoryWeight * (1 - 0.5 * static_cast<double>(rank) / kAccessories);
    }
    model.neighbours[i] = mergeSupport(supports, most);
  }
}

// Users behind a product, each with the strength and age of what he did, and less the more products
// he touched: a crawler that views everything says nothing about anything.
void learnPopularity(Model& model, const Rows& rows, const TrainingOptions& options, WallTime now) {
  const auto& products = model.catalogue->products;
  std::vector<double> sums(products.size(), 0);
  for (ProductNumber i = 0; i < products.size(); ++i) {
    sums[i] = options.priorUsers * options.view * products[i].popularity;
  }
  for (const Row& user : rows.users) {
    const double share = 1 / std::sqrt(static_cast<double>(user.items.size()));
    for (const RowItem& item : user.items) {
      sums[item.product] += share * item.strength * decay(item.at, now, options.halfLife);
    }
  }
  double most = 0;
  for (const double sum : sums) most = std::max(most, std::log1p(sum));
  model.popularity.resize(products.size());
  for (ProductNumber i = 0; i < products.size(); ++i) {
    model.popularity[i] = most == 0 ? 0 : static_cast<float>(std::log1p(sums[i]) / most);
  }
  model.byPopularity.resize(products.size());
  std::iota(model.byPopularity.begin(), model.byPopularity.end(), ProductNumber{0});
  std::stable_sort(model.byPopularity.begin(), model.byPopularity.end(),
                   [&model](ProductNumber a, ProductNumber b) {
                     return model.popularity[a] > model.popularity[b];
                   });
  for (const ProductNumber i : model.byPopularity) {
    model.byCategory[products[i].category].push_back(i);
  }
}

void learnHistories(Model& model, const Rows& rows, const EventWindow& window,
                    const TrainingOptions& options, WallTime now) {
  const double strongest = std::max({options.view, options.cart, options.purchase, 1e-9});
  for (const Row& user : rows.users) {
    UserHistory& history = model.users[window.users()[user.user]];
    for (const RowItem& item : user.items) {
      const double age = decay(item.at, now, options.halfLife);
      history.push_back(
          {item.product, static_cast<float>(item.strength / strongest * age), item.purchased});
    }
  }
}

}  // namespace

std::string_view toString(Reason reason) {
  switch (reason) {
    case Reason::BoughtTogether:
      return "bought-together";
    case Reason::ViewedTogether:
      return "viewed-together";
    case Reason::Related:
      return "related";
    case Reason::SameCategory:
      return "same-category";
    case Reason::Popular:
      return "popular";
    case Reason::ForYou:
      return "for-you";
  }
  return "popular";
}

std::shared_ptr<const Model> train(const EventWindow& window,
                                   std::shared_ptr<const catalog::Snapshot> catalogue, WallTime now,
                                   const TrainingOptions& options) {
  auto model = std::make_shared<Model>();
  model->catalogue = std::move(catalogue);
  indexCatalogue(*model);
  const Rows rows = makeRows(window, *model, now, options);
  model->eventsUsed = rows.used;
  model->eventsCapped = rows.capped;
  learnPopularity(*model, rows, options, now);
  learnNeighbours(*model, rows, options);
  learnHistories(*model, rows, window, options, now);
  return model;
}

}  // namespace shopkeeper::recommendation
