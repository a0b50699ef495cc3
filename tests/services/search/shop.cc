#include "tests/services/search/shop.h"

#include <algorithm>
#include <stdexcept>

#include "services/search/builder.h"

namespace shopkeeper::search::testing {

catalog::Product product(const std::string& id, const std::string& title, const std::string& brand,
                         const std::string& category, double price, double popularity) {
  catalog::Product p;
  p.id = id;
  p.title = title;
  p.brand = brand;
  p.category = category;
  p.price = price;
  p.currency = "CNY";
  p.popularity = popularity;
  return p;
}

catalog::Snapshot shop(const std::string& version) {
  catalog::Snapshot s;
  s.version = version;
  const auto add = [&s](catalog::Product p, const std::string& titleZh,
                        const std::string& categoryZh, const std::string& text,
                        const std::string& textZh) {
    p.titleZh = titleZh;
    p.categoryZh = categoryZh;
    p.description = text;
    p.descriptionZh = textZh;
    s.products.push_back(std::move(p));
  };
  add(product("hea-1", "Lumeqo Quiet Headphones", "Lumeqo", "Headphones", 899, 0.9),
      "鹿觅 静听 降噪耳机", "耳机", "Over-ear headphones that block the noise of a train.",
      "头戴式降噪耳机，地铁里也安静。");
  add(product("hea-2", "Tavrin Run Headphones", "Tavrin", "Headphones", 399, 0.5),
      "塔弗林 跑步耳机", "耳机", "Light and sweat-proof for running.", "轻便防汗，适合跑步。");
  add(product("key-1", "Tavrin Mechanical Keyboard", "Tavrin", "Keyboards", 499, 0.4),
      "塔弗林 机械键盘", "键盘", "Brown switches, quiet enough for an office.",
      "茶轴，办公室也不吵。");
  add(product("lap-1", "Tavrin A7-310 Laptop, 14 in, 16 GB / 1 TB", "Tavrin", "Laptops", 5999, 0.8),
      "塔弗林 A7-310 轻薄本 14 英寸 16GB+1TB", "笔记本电脑",
      "A thin laptop for people who travel. Charges over USB-C.",
      "出差用的轻薄笔记本电脑，支持 USB-C 充电。");
  add(product("lap-2", "Lumeqo B2 Gaming Laptop, 17.3 in, 32 GB / 1 TB", "Lumeqo", "Laptops", 9999,
              0.6),
      "鹿觅 B2 游戏本 17.3 英寸 32GB+1TB", "笔记本电脑", "New games run smoothly on it.",
      "新游戏也流畅。");
  add(product("lap-3", "Orvantis A7-320 Laptop, 13.3 in, 8 GB / 512 GB", "Orvantis", "Laptops",
              3999, 0.2),
      "欧凡蒂 A7-320 学生本 13.3 英寸 8GB+512GB", "笔记本电脑", "For lectures and essays.",
      "上课写论文用。");
  add(product("mon-1", "Lumeqo 27 in 4K Monitor with USB-C", "Lumeqo", "Monitors", 2499, 0.7),
      "鹿觅 27 英寸 4K 显示器 USB-C", "显示器", "One cable for picture and power.",
      "一根线传画面也供电。");
  add(product("mou-1", "Orvantis Silent Wireless Mouse", "Orvantis", "Mice", 129, 0.3),
      "欧凡蒂 静音无线鼠标", "鼠标", "Clicks that nobody hears.", "按键无声。");
  add(product("pho-1", "Tavrin Café Phone, 6.1 in, 256 GB", "Tavrin", "Phones", 3299, 0.6),
      "塔弗林 手机 6.1 英寸 256GB", "手机", "Good photos at night <b>bold</b> & \"quoted\".",
      "夜景拍照<清晰>。");
  add(product("pow-1", "Lumeqo 20000 mAh Power Bank, 65 W", "Lumeqo", "Power Banks", 299, 0.5),
      "鹿觅 移动电源 20000mAh 65W", "移动电源", "Charges a laptop once.", "能给笔记本充一次电。");
  add(product("unp-1", "Tavrin Mystery Box", "Tavrin", "Gifts", 0, 0.05), "塔弗林 神秘盒", "礼品",
      "Nobody knows what it costs.", "价格未知。");
  std::sort(s.products.begin(), s.products.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return s;
}

std::shared_ptr<Index> indexOf(const catalog::Snapshot& snapshot, const TemporaryDirectory& where) {
  const std::string file = where.path() + "/" + snapshot.version + ".xapian";
  const Status built = buildIndex(snapshot, FieldWeights{}, where.path() + "/scratch", file);
  if (!built) throw std::runtime_error(built.error().message());
  Result<std::shared_ptr<Index>> index = Index::open(file, 4);
  if (!index) throw std::runtime_error(index.error().message());
  return *index;
}

SearchRequest asking(const std::string& query, Language language) {
  SearchRequest request;
  request.query = query;
  request.language = language;
  return request;
}

std::vector<std::string> idsOf(const SearchResult& result) {
  std::vector<std::string> ids;
  for (const Hit& hit : result.hits) ids.push_back(hit.id);
  return ids;
}

}  // namespace shopkeeper::search::testing
