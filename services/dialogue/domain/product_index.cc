#include "services/dialogue/domain/product_index.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace shopkeeper::dialogue {
namespace {

const TermOptions kWhole{.pairs = false, .pieces = false, .stopWeight = 0};
// More products than this under one name: the words describe a kind, they name nothing.
constexpr std::size_t kMaxNamesakes = 3;
const std::string kBreak = "\n";  // between two names of a product; never a word

void append(std::vector<Term>& to, std::string_view text, float weight) {
  for (Term& term : terms(text, kWhole)) {
    term.weight *= weight;
    to.push_back(std::move(term));
  }
}

std::string attributeText(const catalog::Product& product) {
  std::string text;
  for (const auto& [name, value] : product.attributes) {
    if (value == "none" || value == "no" || value == "not supported") continue;
    text += name + " " + value + " \n";
    if (value == "yes") text += name + " \n";
  }
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string allText(const catalog::Product& product) {
  return product.title + "\n" + product.titleZh + "\n" + product.brand + "\n" + product.category +
         "\n" + product.categoryZh + "\n" + attributeText(product) + "\n" + product.description +
         "\n" + product.descriptionZh;
}

bool hasDigit(std::string_view word) {
  return word.find_first_of("0123456789") != std::string_view::npos;
}
bool hasLetter(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](unsigned char c) { return c > '9'; });
}

}  // namespace

ProductIndex::ProductIndex(const std::vector<catalog::Product>& products) : products_(products) {
  names_.resize(products.size());
  for (std::uint32_t i = 0; i < products.size(); ++i) {
    const catalog::Product& product = products[i];
    ids_.emplace(product.id, i);
    std::vector<Term> text;
    append(text, product.title + "\n" + product.titleZh, 2.0f);
    append(text, product.category + "\n" + product.categoryZh, 2.0f);
    append(text, product.brand, 1.5f);
    append(text, attributeText(product), 1.0f);
    append(text, product.description + "\n" + product.descriptionZh, 1.0f);
    text_.add(text);
    addName(i, product.title);
    addName(i, product.titleZh);
    addName(i, product.id);
    for (const std::string* prose : {&product.description, &product.category}) {
      for (Word& word : words(*prose)) {
        if (!word.han) plain_.insert(std::move(word.text));
      }
    }
  }
  text_.build();
}

void ProductIndex::addName(std::uint32_t product, std::string_view title) {
  auto& name = names_[product];
  for (Word& word : words(title)) {
    if (name.size() >= 200) break;
    places_[word.text].push_back({product, static_cast<std::uint16_t>(name.size())});
    name.push_back(std::move(word.text));
  }
  name.push_back(kBreak);
}

std::uint32_t ProductIndex::byId(const std::string& id) const {
  const auto at = ids_.find(id);
  return at == ids_.end() ? static_cast<std::uint32_t>(products_.size()) : at->second;
}

std::vector<Mention> ProductIndex::mentions(std::string_view message, std::size_t limit) const {
  const auto said = words(message);
  struct Run {
    std::size_t begin, end;
    double mass;
    std::set<std::uint32_t> products;
  };
  std::vector<Run> runs;
  const double all = static_cast<double>(products_.size());
  const auto massOf = [&](const std::string& word) {
    const auto at = places_.find(word);
    return at == places_.end() ? 0.0 : std::log(1 + all / static_cast<double>(at->second.size()));
  };
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto at = places_.find(said[i].text);
    if (at == places_.end() || said[i].han) continue;
    // Starting at a word of a fifth of all names would only repeat what a rarer start finds.
    if (at->second.size() > std::max<std::size_t>(200, products_.size() / 5)) continue;
    std::map<std::size_t, std::set<std::uint32_t>> byLength;
    for (const Place& place : at->second) {
      const auto& name = names_[place.product];
      std::size_t n = 1;
      while (i + n < said.size() && place.position + n < name.size() &&
             name[place.position + n] == said[i + n].text) {
        ++n;
      }
      // "Grove 3" does not name "Grove 2": the number belongs to the name.
      const bool otherNumber = i + n < said.size() && place.position + n < name.size() &&
                               hasDigit(said[i + n].text) && hasDigit(name[place.position + n]);
      if (!otherNumber) byLength[n].insert(place.product);
    }
    if (byLength.empty()) continue;
    const auto& [length, named] = *byLength.rbegin();
    Run run{i, i + length, 0, named};
    bool proper = false;
    for (std::size_t k = i; k < run.end; ++k) {
      const std::string& word = said[k].text;
      run.mass += massOf(word);
      const bool model = hasDigit(word) && hasLetter(word) && word.size() >= 4;
      proper = proper || model || (!hasDigit(word) && !plain_.contains(word) && !isStopWord(word));
    }
    // A word on its own names a product only if nothing else bears it.
    const bool precise = length >= 2 || run.products.size() == 1;
    if (proper && precise) runs.push_back(std::move(run));
  }
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
    return a.mass != b.mass ? a.mass > b.mass : a.begin < b.begin;
  });
  std::vector<Mention> found;
  for (const Run& run : runs) {
    const bool overlaps = std::any_of(found.begin(), found.end(), [&](const Mention& other) {
      return run.begin < other.end && other.begin < run.end;
    });
    if (overlaps || run.products.size() > 50) continue;
    // Namesakes are told apart by other words of the message: the brand, the kind, the size.
    std::map<double, std::vector<std::uint32_t>> byRest;
    for (const std::uint32_t product : run.products) {
      double rest = 0;
      const auto& name = names_[product];
      std::set<std::string> seen;
      for (std::size_t k = 0; k < said.size(); ++k) {
        if ((k >= run.begin && k < run.end) || !seen.insert(said[k].text).second) continue;
        for (const std::string& word : name) {
          if (word == said[k].text ||
              (said[k].han && decodeUtf8(word).size() >= 2 && isHan(decodeUtf8(word)[0]) &&
               said[k].text.find(word) != std::string::npos)) {
            rest += massOf(word);
            break;
          }
        }
      }
      byRest[rest].push_back(product);
    }
    auto best = byRest.rbegin()->second;
    if (best.size() > kMaxNamesakes) continue;
    found.push_back({std::move(best), run.begin, run.end});
    if (found.size() == limit) break;
  }
  std::sort(found.begin(), found.end(),
            [](const Mention& a, const Mention& b) { return a.begin < b.begin; });
  return found;
}

std::string ProductIndex::without(std::string_view message, const std::vector<Mention>& mentions) {
  const auto said = words(message);
  std::string rest;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const bool named = std::any_of(mentions.begin(), mentions.end(), [&](const Mention& mention) {
      return i >= mention.begin && i < mention.end;
    });
    if (named) continue;
    if (!rest.empty()) rest += ' ';
    rest += said[i].text;
  }
  return rest;
}

std::vector<std::uint32_t> ProductIndex::find(std::string_view query, const PriceRange& range,
                                              std::size_t limit) const {
  std::vector<std::uint32_t> found;
  const auto wanted = terms(query, kWhole);
  for (const auto& hit : text_.query(wanted, products_.size())) {
    if (range.any() && !range.holds(products_[hit.document].price)) continue;
    found.push_back(hit.document);
    if (found.size() == limit) break;
  }
  return found;
}

double ProductIndex::coverage(std::string_view query, std::uint32_t product) const {
  std::set<std::string> held;
  for (Term& term : terms(allText(products_[product]), kWhole)) held.insert(std::move(term.text));
  double all = 0;
  double found = 0;
  for (const Term& term : terms(query, kWhole)) {
    const double mass = term.weight * text_.idf(term.text);
    all += mass;
    if (held.contains(term.text)) found += mass;
  }
  return all > 0 ? found / all : 1;
}

}  // namespace shopkeeper::dialogue
