#include "services/search/index.h"

#include <xapian.h>

#include <cmath>
#include <filesystem>

#include "services/search/schema.h"

namespace shopkeeper::search {
namespace {

// Document numbers are 1..N without gaps, because files are written once and compacted.
Columns readColumns(const Xapian::Database& db) {
  Columns columns;
  // A value stream leaves out documents without a value, so each is advanced on its own.
  struct Stream {
    Xapian::ValueIterator at, end;
    std::string take(Xapian::docid doc) {
      return at != end && at.get_docid() == doc ? *at++ : std::string();
    }
  };
  const auto open = [&db](unsigned slot) {
    return Stream{db.valuestream_begin(slot), db.valuestream_end(slot)};
  };
  Stream brand = open(slot::kBrand), category = open(slot::kCategory),
         categoryZh = open(slot::kCategoryZh), cents = open(slot::kCents),
         popularity = open(slot::kPopularity);
  const Xapian::docid last = db.get_lastdocid();
  for (Xapian::docid doc = 1; doc <= last; ++doc) {
    const std::string brandName = brand.take(doc);
    const std::string categoryName = category.take(doc);
    const std::string categoryNameZh = categoryZh.take(doc);
    const auto price = std::llround(Xapian::sortable_unserialise(cents.take(doc)));
    const auto rank = static_cast<float>(Xapian::sortable_unserialise(popularity.take(doc)));
    columns.add(brandName, categoryName, categoryNameZh, price, rank);
  }
  columns.finish();
  return columns;
}

CategoryNames namesOf(const Columns& columns) {
  CategoryNames names;
  for (const auto* list : {&columns.categories(), &columns.categoriesZh()}) {
    for (std::uint32_t i = 0; i < list->size(); ++i) {
      const std::string key = phraseKey((*list)[i]);
      if (!key.empty()) names[key].push_back(i);
    }
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<Index>> Index::open(const std::string& file, unsigned handles) {
  std::shared_ptr<Index> index(new Index());
  index->file_ = file;
  try {
    for (unsigned i = 0; i < handles; ++i) {
      index->free_.push_back(std::make_unique<Xapian::Database>(file));
    }
    const Xapian::Database& db = *index->free_.front();
    if (db.get_metadata(meta::kFormat) != std::to_string(kIndexFormat)) {
      return Error(ErrorCode::Corrupt, "index " + file + " has format \"" +
                                           db.get_metadata(meta::kFormat) + "\", not " +
                                           std::to_string(kIndexFormat));
    }
    if (db.get_doccount() != db.get_lastdocid()) {
      return Error(ErrorCode::Corrupt, "index " + file + " has gaps in its document numbers");
    }
    index->version_ = db.get_metadata(meta::kVersion);
    index->columns_ = readColumns(db);
    index->categoryNames_ = namesOf(index->columns_);
  } catch (const Xapian::Error& e) {
    return Error(ErrorCode::Corrupt, "index " + file + ": " + e.get_description());
  }
  return index;
}

Index::~Index() {
  free_.clear();
  if (!retired_) return;
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

Index::Lease::Lease(const Index& index) : index_(index) {
  std::unique_lock lock(index.mutex_);
  index.returned_.wait(lock, [&index] { return !index.free_.empty(); });
  db_ = std::move(index.free_.back());
  index.free_.pop_back();
}

Index::Lease::~Lease() {
  {
    std::lock_guard lock(index_.mutex_);
    index_.free_.push_back(std::move(db_));
  }
  index_.returned_.notify_one();
}

}  // namespace shopkeeper::search
