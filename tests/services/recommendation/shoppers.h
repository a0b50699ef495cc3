// Catalogues and behaviour, in few words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "services/catalog/follower.h"
#include "services/recommendation/window.h"

namespace shopkeeper::recommendation::testing {

using catalog::EventType;

// A fixed "now" of the tests: 2026-10-01T00:00:00Z.
inline const WallTime kNow{std::chrono::seconds(1'790'812'800)};

inline catalog::Product product(const std::string& id, const std::string& category,
                                double price = 100, double popularity = 0) {
  catalog::Product p;
  p.id = id;
  p.title = id;
  p.category = category;
  p.price = price;
  p.currency = "CNY";
  p.popularity = popularity;
  return p;
}

// Two laptops, three bags, three mice and a kettle; lap-1 names bag-3 as its accessory.
inline std::shared_ptr<catalog::Snapshot> shop(const std::string& version = "v1") {
  auto s = std::make_shared<catalog::Snapshot>();
  s->version = version;
  for (const char* id : {"bag-1", "bag-2", "bag-3"}) s->products.push_back(product(id, "Bags"));
  s->products.push_back(product("ket-1", "Kettles"));
  s->products.push_back(product("lap-1", "Laptops", 5000));
  s->products.push_back(product("lap-2", "Laptops", 6000));
  for (const char* id : {"mou-1", "mou-2", "mou-3"}) s->products.push_back(product(id, "Mice"));
  s->products[4].related = {"bag-3", "gone-1"};
  return s;
}

inline catalog::Event event(EventType type, const std::string& user, const std::string& session,
                            const std::string& product, int daysAgo = 1) {
  catalog::Event e;
  e.type = type;
  e.user = user;
  e.session = session;
  e.product = product;
  e.at = toRfc3339Seconds(kNow - std::chrono::hours(24) * daysAgo);
  return e;
}

// One session in which a user looks at, or buys, all of these.
inline std::vector<catalog::Event> session(EventType type, const std::string& user,
                                           const std::vector<std::string>& products,
                                           int daysAgo = 1) {
  std::vector<catalog::Event> out;
  for (const std::string& p : products) {
    out.push_back(event(type, user, user + "-" + std::to_string(daysAgo), p, daysAgo));
  }
  return out;
}

inline void add(EventWindow& window, const std::vector<catalog::Event>& events) {
  for (catalog::Event e : events) {
    e.seq = window.lastSeq() + 1;
    e.id = "e" + std::to_string(e.seq);
    window.add(e, kNow);
  }
}

}  // namespace shopkeeper::recommendation::testing
