#include "services/recommendation/rows.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <tuple>

namespace shopkeeper::recommendation {
namespace {

using catalog::EventType;

constexpr std::int64_t kDay = 86'400;

float strengthOf(EventType type, const TrainingOptions& options) {
  switch (type) {
    case EventType::Cart:
      return static_cast<float>(options.cart);
    case EventType::Purchase:
      return static_cast<float>(options.purchase);
    case EventType::View:
      break;
  }
  return static_cast<float>(options.view);
}

// An event whose product the catalogue has, by catalogue number.
struct Known {
  Interaction event;
  ProductNumber product = 0;
};

std::vector<Known> knownEvents(const EventWindow& window, const Model& model) {
  std::vector<std::optional<ProductNumber>> numbers(window.products().size());
  for (std::uint32_t i = 0; i < numbers.size(); ++i) {
    const auto at = model.numbers.find(window.products()[i]);
    if (at != model.numbers.end()) numbers[i] = at->second;
  }
  std::vector<Known> known;
  known.reserve(window.events().size());
  for (const Interaction& event : window.events()) {
    if (numbers[event.product]) known.push_back({event, *numbers[event.product]});
  }
  return known;
}

// Keeps the first events of each user's day, in the order of the store.
std::size_t capDays(std::vector<Known>& events, std::size_t most) {
  std::stable_sort(events.begin(), events.end(), [](const Known& a, const Known& b) {
    return std::tuple(a.event.user, a.event.at / kDay) <
           std::tuple(b.event.user, b.event.at / kDay);
  });
  std::size_t kept = 0, ofDay = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool same = i > 0 && events[i].event.user == events[i - 1].event.user &&
                      events[i].event.at / kDay == events[i - 1].event.at / kDay;
    ofDay = same ? ofDay + 1 : 1;
    if (ofDay <= most) events[kept++] = events[i];
  }
  const std::size_t dropped = events.size() - kept;
  events.resize(kept);
  return dropped;
}

void addTo(Row& row, const Known& known, const TrainingOptions& options) {
  const EventType type = known.event.type;
  auto item = std::find_if(row.items.begin(), row.items.end(),
                           [&known](const RowItem& i) { return i.product == known.product; });
  if (item == row.items.end()) item = row.items.insert(row.items.end(), {known.product});
  item->strength = std::max(item->strength, strengthOf(type, options));
  item->bought |= type != EventType::View;
  item->purchased |= type == EventType::Purchase;
  item->at = std::max(item->at, known.event.at);
}

// The newest products of a row, the newest first.
void trim(Row& row, std::size_t most) {
  std::sort(row.items.begin(), row.items.end(), [](const RowItem& a, const RowItem& b) {
    return a.at != b.at ? a.at > b.at : a.product < b.product;
  });
  if (row.items.size() > most) row.items.resize(most);
}

// Makes one row of events[from, to). Events beyond a few times the row's bound are not looked at.
Row rowOf(const std::vector<Known>& events, std::size_t from, std::size_t to, WallTime now,
          const TrainingOptions& options, std::size_t most) {
  Row row;
  row.user = events[from].event.user;
  const std::size_t first = to - from > most * 8 ? to - most * 8 : from;
  for (std::size_t i = first; i < to; ++i) addTo(row, events[i], options);
  trim(row, most);
  row.weight = static_cast<float>(decay(row.items.front().at, now, options.halfLife));
  return row;
}

template <class Same>
void eachGroup(const std::vector<Known>& events, Same same,
               const std::function<void(std::size_t, std::size_t)>& visit) {
  for (std::size_t from = 0; from < events.size();) {
    std::size_t to = from + 1;
    while (to < events.size() && same(events[from].event, events[to].event)) ++to;
    visit(from, to);
    from = to;
  }
}

}  // namespace

double decay(std::int64_t at, WallTime now, std::chrono::hours halfLife) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() - at;
  const double half = std::chrono::duration<double>(halfLife).count();
  return seconds <= 0 ? 1 : std::exp2(-static_cast<double>(seconds) / half);
}

Rows makeRows(const EventWindow& window, const Model& model, WallTime now,
              const TrainingOptions& options) {
  Rows rows;
  std::vector<Known> events = knownEvents(window, model);
  rows.capped = capDays(events, options.eventsPerUserAndDay);
  rows.used = events.size();

  std::stable_sort(events.begin(), events.end(), [](const Known& a, const Known& b) {
    return std::tuple(a.event.user, a.event.session, a.event.at) <
           std::tuple(b.event.user, b.event.session, b.event.at);
  });
  eachGroup(
      events,
      [](const Interaction& a, const Interaction& b) {
        return a.user == b.user && a.session == b.session;
      },
      [&](std::size_t from, std::size_t to) {
        rows.sessions.push_back(rowOf(events, from, to, now, options, options.productsPerRow));
      });
  // The tenth session of one user says less than the first of ten users.
  for (std::size_t from = 0; from < rows.sessions.size();) {
    std::size_t to = from;
    while (to < rows.sessions.size() && rows.sessions[to].user == rows.sessions[from].user) ++to;
    const auto share = static_cast<float>(1 / std::sqrt(static_cast<double>(to - from)));
    for (; from < to; ++from) rows.sessions[from].weight *= share;
  }

  std::stable_sort(events.begin(), events.end(), [](const Known& a, const Known& b) {
    return std::tuple(a.event.user, a.event.at) < std::tuple(b.event.user, b.event.at);
  });
  eachGroup(
      events, [](const Interaction& a, const Interaction& b) { return a.user == b.user; },
      [&](std::size_t from, std::size_t to) {
        rows.users.push_back(rowOf(events, from, to, now, options, options.history));
      });
  return rows;
}

}  // namespace shopkeeper::recommendation
