#include "services/search/rank.h"

#include <xapian.h>

#include <algorithm>
#include <cmath>

namespace shopkeeper::search {
namespace {

// Presents the matches to Xapian's matcher with the part of the score that BM25 knows nothing of:
// whether a product has all words, and how popular it is.
class MatchSource final : public Xapian::PostingSource {
 public:
  MatchSource(const std::vector<Match>& matches, const Columns& columns, const Plan& plan,
              const Ranking& ranking)
      : matches_(matches), columns_(columns), ranking_(ranking) {
    wanted_.resize(columns.categories().size(), false);
    for (const std::uint32_t category : plan.categories) wanted_[category] = true;
  }

  void init(const Xapian::Database&) override {
    next_ = 0;
    started_ = false;
    set_maxweight(ranking_.allWords + ranking_.category + ranking_.popularity);
  }
  Xapian::doccount get_termfreq_min() const override { return size(); }
  Xapian::doccount get_termfreq_est() const override { return size(); }
  Xapian::doccount get_termfreq_max() const override { return size(); }

  double get_weight() const override {
    const Match& m = matches_[next_];
    return (m.all                               ? ranking_.allWords + ranking_.category
            : wanted_[columns_.category(m.doc)] ? ranking_.category
                                                : 0) +
           ranking_.popularity * static_cast<double>(columns_.popularity(m.doc));
  }
  void next(double) override {
    if (started_) ++next_;
    started_ = true;
  }
  void skip_to(Xapian::docid target, double) override {
    started_ = true;
    const auto from = matches_.begin() + static_cast<std::ptrdiff_t>(next_);
    const auto at = std::lower_bound(from, matches_.end(), target,
                                     [](const Match& m, Xapian::docid d) { return m.doc < d; });
    next_ = static_cast<std::size_t>(at - matches_.begin());
  }
  bool at_end() const override { return next_ >= matches_.size(); }
  Xapian::docid get_docid() const override { return matches_[next_].doc; }

 private:
  Xapian::doccount size() const { return static_cast<Xapian::doccount>(matches_.size()); }

  const std::vector<Match>& matches_;
  const Columns& columns_;
  const Ranking& ranking_;
  std::vector<bool> wanted_;  // by category
  std::size_t next_ = 0;
  bool started_ = false;
};

Xapian::Query scaled(Xapian::Query query, double factor) {
  return factor == 1 ? query : Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, query, factor);
}

class Scoring {
 public:
  Scoring(const Xapian::Database& db, Language preferred, const Ranking& ranking)
      : db_(db),
        preferred_(preferred),
        other_(preferred == Language::English ? Language::Chinese : Language::English),
        ranking_(ranking) {}

  Xapian::Query unit(const Unit& unit) const {
    std::vector<Xapian::Query> ways;
    double asTyped = 0;
    for (const Alternative& alternative : unit.alternatives) {
      std::vector<Xapian::Query> terms;
      double rarity = 0;
      for (const std::string& term : alternative.terms) {
        terms.push_back(query(term));
        rarity += rarityOf(term);
      }
      if (ways.empty()) asTyped = rarity;
      // "mousepad" is rarer than "mouse pad" and means the same: another way to say it is worth no
      // more than the words as typed, unless those are nowhere.
      const double even = asTyped > 0 && rarity > asTyped ? asTyped / rarity : 1;
      const Xapian::Query all(Xapian::Query::OP_AND, terms.begin(), terms.end());
      ways.push_back(scaled(all, alternative.factor * even));
    }
    return Xapian::Query(Xapian::Query::OP_MAX, ways.begin(), ways.end());
  }

 private:
  // A product has most words in both languages; the better one counts, not the sum.
  Xapian::Query query(const std::string& term) const {
    return Xapian::Query(Xapian::Query::OP_MAX, Xapian::Query(languageTerm(preferred_, term)),
                         scaled(Xapian::Query(languageTerm(other_, term)), ranking_.otherLanguage));
  }

  // Inverse document frequency, 0 for a term that no product has.
  double rarityOf(const std::string& term) const {
    const double having = std::max(db_.get_termfreq(languageTerm(preferred_, term)),
                                   db_.get_termfreq(languageTerm(other_, term)));
    return having == 0 ? 0 : std::log(1 + (db_.get_doccount() - having + 0.5) / (having + 0.5));
  }

  const Xapian::Database& db_;
  const Language preferred_, other_;
  const Ranking& ranking_;
};

}  // namespace

std::vector<Ranked> rank(const Xapian::Database& db, const Columns& columns, const Plan& plan,
                         const std::vector<Match>& matches, Language language,
                         const Ranking& ranking, unsigned skip, unsigned count) {
  std::vector<Ranked> out;
  if (matches.empty() || count == 0) return out;
  const Scoring scoring(db, language, ranking);
  std::vector<Xapian::Query> units;
  for (const Unit& unit : plan.units) units.push_back(scoring.unit(unit));
  MatchSource source(matches, columns, plan, ranking);
  const Xapian::Query found(&source);
  const Xapian::Query query(Xapian::Query::OP_AND_MAYBE, found,
                            Xapian::Query(Xapian::Query::OP_OR, units.begin(), units.end()));
  Xapian::Enquire enquire(db);
  enquire.set_weighting_scheme(Xapian::BM25Weight(ranking.k1, 0, 1, ranking.b, ranking.minLength));
  enquire.set_docid_order(Xapian::Enquire::ASCENDING);
  enquire.set_query(query);
  const Xapian::MSet hits = enquire.get_mset(skip, count);
  for (auto at = hits.begin(); at != hits.end(); ++at) out.emplace_back(*at, at.get_weight());
  return out;
}

}  // namespace shopkeeper::search
