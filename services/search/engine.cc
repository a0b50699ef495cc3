#include "services/search/engine.h"

#include <xapian.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "services/search/coverage.h"
#include "services/search/facets.h"
#include "services/search/plan.h"
#include "services/search/rank.h"
#include "services/search/snippet.h"
#include "services/search/spelling.h"

namespace shopkeeper::search {
namespace {

class IndexVocabulary final : public Vocabulary {
 public:
  explicit IndexVocabulary(const Xapian::Database& db) : db_(db) {}
  bool knows(const std::string& term) const override {
    return db_.term_exists(languageTerm(Language::English, term)) ||
           db_.term_exists(languageTerm(Language::Chinese, term));
  }

 private:
  const Xapian::Database& db_;
};

std::unordered_set<std::string> highlightTerms(const Plan& plan) {
  std::unordered_set<std::string> out;
  for (const Unit& unit : plan.units) {
    if (unit.optional) continue;
    for (const Alternative& alternative : unit.alternatives) {
      out.insert(alternative.terms.begin(), alternative.terms.end());
    }
  }
  return out;
}

// One search on one leased handle.
class Search {
 public:
  Search(const Index& index, const Xapian::Database& db, const SearchRequest& request,
         const Ranking& ranking, const Synonyms& synonyms)
      : columns_(index.columns()),
        db_(db),
        request_(request),
        ranking_(ranking),
        vocabulary_(db),
        planner_(vocabulary_, synonyms, index.categoryNames(), ranking.synonym) {
    result_.version = index.version();
  }

  SearchResult run() {
    plan_ = planner_.plan(request_.query);
    if (plan_.empty()) {
      // Nothing to look for, or nothing but punctuation: the former browses, the latter finds none.
      if (blank()) browse();
      return std::move(result_);
    }
    Matches matches = findMatches(db_, plan_);
    if (matches.docs.size() < kEnough || matches.relaxed) {
      matches = consider(correctSpelling(db_, request_.query, plan_), std::move(matches));
    }
    answer(std::move(matches.docs));
    return std::move(result_);
  }

 private:
  bool blank() const { return request_.query.find_first_not_of(" \t\r\n") == std::string::npos; }

  // Takes the corrected query's matches where the query as typed found nothing with all its words.
  Matches consider(const std::string& suggestion, Matches asTyped) {
    if (suggestion.empty()) return asTyped;
    Plan plan = planner_.plan(suggestion);
    Matches corrected = findMatches(db_, plan);
    if (corrected.docs.empty()) return asTyped;
    result_.suggestion = suggestion;
    const bool allWords = !asTyped.docs.empty() && hasAllWords(asTyped);
    if (allWords || (corrected.relaxed && !asTyped.docs.empty())) return asTyped;
    plan_ = std::move(plan);
    result_.corrected = true;
    return corrected;
  }

  bool hasAllWords(const Matches& matches) const {
    const unsigned required = plan_.required();
    return std::any_of(matches.docs.begin(), matches.docs.end(),
                       [required](const Match& m) { return m.covered >= required; });
  }

  void browse() {
    std::vector<Match> all(columns_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i].doc = static_cast<DocId>(i + 1);
    answer(std::move(all));
  }

  void answer(std::vector<Match> matches) {
    result_.facets = filterAndCount(columns_, request_, matches);
    result_.total = matches.size();
    const auto terms = highlightTerms(plan_);
    for (const auto& [doc, score] : page(matches)) result_.hits.push_back(hit(doc, score, terms));
  }

  std::vector<Ranked> page(std::vector<Match>& matches) const {
    if (request_.sort == Sort::Relevance && !plan_.empty()) {
      return rank(db_, columns_, plan_, matches, request_.language, ranking_, request_.offset,
                  request_.limit);
    }
    // Ordered by a column: only the page itself is scored.
    std::stable_sort(matches.begin(), matches.end(), [this](const Match& a, const Match& b) {
      return request_.sort == Sort::Relevance
                 ? columns_.popularity(a.doc) > columns_.popularity(b.doc)
                 : cheaper(a.doc, b.doc);
    });
    const std::size_t from = std::min<std::size_t>(request_.offset, matches.size());
    const std::size_t to = std::min<std::size_t>(from + request_.limit, matches.size());
    std::vector<Match> shown(matches.begin() + static_cast<std::ptrdiff_t>(from),
                             matches.begin() + static_cast<std::ptrdiff_t>(to));
    return scored(std::move(shown));
  }

  // Unknown prices come last in either direction.
  bool cheaper(DocId a, DocId b) const {
    const std::int64_t x = columns_.cents(a), y = columns_.cents(b);
    if ((x > 0) != (y > 0)) return x > 0;
    return request_.sort == Sort::PriceAscending ? x < y : x > y;
  }

  std::vector<Ranked> scored(std::vector<Match> shown) const {
    std::vector<Ranked> out;
    for (const Match& m : shown) {
      out.emplace_back(m.doc,
                       ranking_.popularity * static_cast<double>(columns_.popularity(m.doc)));
    }
    if (plan_.empty()) return out;
    std::sort(shown.begin(), shown.end(),
              [](const Match& a, const Match& b) { return a.doc < b.doc; });
    for (const auto& [doc, score] : rank(db_, columns_, plan_, shown, request_.language, ranking_,
                                         0, static_cast<unsigned>(shown.size()))) {
      for (Ranked& r : out) {
        if (r.first == doc) r.second = score;
      }
    }
    return out;
  }

  Hit hit(DocId doc, double score, const std::unordered_set<std::string>& terms) const {
    const nlohmann::json data = nlohmann::json::parse(db_.get_document(doc).get_data());
    const auto text = [&data](const char* name) { return data.at(name).get<std::string>(); };
    Hit hit{text("id"),
            text("title"),
            text("title_zh"),
            text("brand"),
            text("category"),
            text("category_zh"),
            data.at("price").get<double>(),
            text("currency"),
            {},
            score};
    std::string shown = text("description"), other = text("description_zh");
    if (request_.language == Language::Chinese) std::swap(shown, other);
    hit.snippet = snippet(shown.empty() ? other : shown, terms);
    return hit;
  }

  const Columns& columns_;
  const Xapian::Database& db_;
  const SearchRequest& request_;
  const Ranking& ranking_;
  const IndexVocabulary vocabulary_;
  const Planner planner_;
  Plan plan_;
  SearchResult result_;
};

}  // namespace

Result<SearchResult> Engine::search(const Index& index, const SearchRequest& request) const {
  const Index::Lease lease(index);
  for (int attempt = 0;; ++attempt) {
    try {
      return Search(index, lease.db(), request, ranking_, synonyms_).run();
    } catch (const Xapian::DatabaseModifiedError& e) {
      // Index files never change in place, so this is somebody else's writing: once more, then out.
      if (attempt > 0) return Error(ErrorCode::Corrupt, "search index: " + e.get_description());
      lease.db().reopen();
    } catch (const Xapian::Error& e) {
      return Error(ErrorCode::Corrupt, "search index: " + e.get_description());
    } catch (const nlohmann::json::exception& e) {
      return Error(ErrorCode::Corrupt, std::string("search index: stored product: ") + e.what());
    }
  }
}

}  // namespace shopkeeper::search
