// A small shop for tests of the dialogue.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "services/dialogue/domain/engine.h"
#include "services/lexicon/lexicon.h"

namespace shopkeeper::testing {

inline std::shared_ptr<const dialogue::Lists> lists() {
  static const auto shared = std::make_shared<const dialogue::Lists>(
      dialogue::Lists{dialogue::Lexicon::parse(lexicon::attributesJson()).value(),
                      dialogue::Concepts::parse(lexicon::conceptsJson()).value()});
  return shared;
}

inline catalog::Product product(std::string id, std::string title, std::string titleZh,
                                std::string category, std::string categoryZh, double price,
                                std::map<std::string, std::string> attributes,
                                std::string description = {}, std::string descriptionZh = {}) {
  catalog::Product result;
  result.id = std::move(id);
  result.brand = title.substr(0, title.find(' '));
  result.title = std::move(title);
  result.titleZh = std::move(titleZh);
  result.category = std::move(category);
  result.categoryZh = std::move(categoryZh);
  result.price = price;
  result.currency = "CNY";
  result.attributes = std::move(attributes);
  result.description = std::move(description);
  result.descriptionZh = std::move(descriptionZh);
  return result;
}

inline catalog::Answer answerOf(std::string id, std::string question, std::string questionZh,
                                std::string text, std::string textZh,
                                std::vector<std::string> alternatives = {},
                                std::vector<std::string> alternativesZh = {}) {
  catalog::Answer result;
  result.id = std::move(id);
  result.question = std::move(question);
  result.questionZh = std::move(questionZh);
  result.answer = std::move(text);
  result.answerZh = std::move(textZh);
  result.alternatives = std::move(alternatives);
  result.alternativesZh = std::move(alternativesZh);
  return result;
}

inline std::shared_ptr<const catalog::Snapshot> shop() {
  auto snapshot = std::make_shared<catalog::Snapshot>();
  snapshot->version = "v1";
  snapshot->products = {
      product("cam-1", "Lumeqo Vista 400 Camera, 24 MP", "鹿觅 Vista 400 相机 24MP", "Cameras",
              "相机", 3499, {{"video", "4K 60"}, {"weight", "377 g"}, {"colour", "black"}},
              "A camera for travel. Charges over USB-C from any power bank.",
              "旅行用的相机。可以用充电宝通过 USB-C 充电。"),
      product("hea-1", "Zephandra Murmur 5 Headphones", "泽芬 Murmur 5 头戴耳机", "Headphones",
              "耳机", 499, {{"weight", "250 g"}, {"noise_cancelling", "yes"}, {"colour", "navy"}},
              "Soft cushions for long flights.", "耳垫柔软，适合长途飞行。"),
      product("lap-1", "Tavrin AirBook 14 Laptop, 16 GB", "塔弗林 AirBook 14 笔记本电脑 16GB",
              "Laptops", "笔记本电脑", 6499,
              {{"weight", "1.02 kg"},
               {"memory", "16 GB"},
               {"colour", "white"},
               {"ports", "2 USB-C, HDMI"}},
              "Thin and light. Comes with a two-year warranty.", "轻薄机身。整机保修两年。"),
      product("lap-2", "Iskardo Titan 9 Gaming Laptop, 32 GB", "伊斯卡 Titan 9 游戏本 32GB",
              "Laptops", "笔记本电脑", 9999,
              {{"weight", "2400 g"}, {"memory", "32 GB"}, {"colour", "black"}},
              "Runs new games smoothly.", "新游戏流畅运行。"),
      product("lap-3", "Orvantis Titan 9 Laptop, 8 GB", "欧凡蒂 Titan 9 笔记本电脑 8GB", "Laptops",
              "笔记本电脑", 1899, {{"weight", "1.6 kg"}, {"memory", "8 GB"}}, "An everyday laptop.",
              "日常用的笔记本。"),
  };
  snapshot->answers = {
      answerOf("ans-1", "How long does delivery take?", "多久能送到？",
               "Large cities one to two days, other places three to five.",
               "大城市一到两天，其他地区三到五天。", {"When will my parcel arrive?"},
               {"几天到货？"}),
      answerOf("ans-2", "Can I return something I do not like?", "不喜欢可以退货吗？",
               "Yes, within thirty days in its box.", "可以，三十天内带包装退回。",
               {"How do I send a product back?"}, {"怎么退货？"}),
      answerOf("ans-3", "How can I reach a person?", "怎么联系人工客服？",
               "Write Person in the chat from 8:00 to 22:00.", "8:00 到 22:00 在对话里输入人工。",
               {"How can I contact customer service?"}, {"转人工"}),
      answerOf("ans-4", "How much does shipping cost?", "运费多少？",
               "Free from 99 yuan, 8 yuan below.", "满 99 元包邮，不满收 8 元。"),
  };
  return snapshot;
}

// Search that is away, or gives what a test says.
class FinderDouble final : public dialogue::ProductFinder {
 public:
  Result<Found> find(const std::string& query, dialogue::Language,
                     const dialogue::PriceRange& range, std::size_t) override {
    ++calls;
    lastQuery = query;
    lastRange = range;
    if (down) return Error(ErrorCode::Unavailable, "search is down");
    return Found{ids, stale};
  }
  bool down = true;
  bool stale = false;
  std::vector<std::string> ids;
  int calls = 0;
  std::string lastQuery;
  dialogue::PriceRange lastRange;
};

}  // namespace shopkeeper::testing
