// Three products for tests of the page's server; one of them hostile in its words.
#pragma once

#include <memory>

#include "services/catalog/follower.h"

namespace shopkeeper::testing {

inline std::shared_ptr<const catalog::Snapshot> smallShop() {
  auto snapshot = std::make_shared<catalog::Snapshot>();
  snapshot->version = "v1";
  catalog::Product bag;
  bag.id = "bag-1";
  bag.title = "Bag </script><script>alert(1)</script> \"x\" onload='y'";
  bag.titleZh = "包<img src=x onerror=alert(1)>";
  bag.description = "<b>bold</b> & plain";
  bag.brand = "Kelpwyn";
  bag.category = "Bags";
  bag.categoryZh = "数码包袋";
  bag.price = 99;
  bag.currency = "CNY";
  bag.popularity = 0.1;
  catalog::Product light;
  light.id = "lap-1";
  light.title = "Tavrin AirBook 14 Laptop";
  light.titleZh = "塔弗林 AirBook 14 笔记本电脑";
  light.description = "Thin and light.";
  light.brand = "Tavrin";
  light.category = "Laptops";
  light.categoryZh = "笔记本电脑";
  light.price = 6499;
  light.currency = "CNY";
  light.attributes = {{"weight", "1.02 kg"}};
  light.related = {"bag-1", "gone-1"};
  light.popularity = 0.5;
  catalog::Product game = light;
  game.id = "lap-2";
  game.title = "Iskardo Titan 9 Gaming Laptop";
  game.titleZh = "伊斯卡 Titan 9 游戏笔记本";
  game.description = "Fast.";
  game.brand = "Iskardo";
  game.price = 9999;
  game.related = {};
  game.popularity = 0.9;
  snapshot->products = {bag, light, game};
  return snapshot;
}

}  // namespace shopkeeper::testing
