#include "services/search/builder.h"

#include <fcntl.h>
#include <unistd.h>
#include <xapian.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "services/search/analyzer.h"
#include "services/search/fold.h"
#include "services/search/schema.h"

namespace shopkeeper::search {
namespace {

namespace fs = std::filesystem;

// A description is read up to here: longer ones are manuals, and would drown the title.
constexpr std::size_t kIndexedBytes = 16u << 10;
constexpr std::size_t kShortestSpelling = 3;

std::string_view head(std::string_view text) {
  if (text.size() <= kIndexedBytes) return text;
  std::size_t cut = kIndexedBytes;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return text.substr(0, cut);
}

class DocumentWriter {
 public:
  DocumentWriter(Xapian::WritableDatabase& db, const FieldWeights& weights)
      : db_(db), weights_(weights) {}

  void write(const catalog::Product& p) {
    Xapian::Document doc;
    field(doc, Language::English, p.title, weights_.title, true);
    field(doc, Language::Chinese, p.titleZh, weights_.title, false);
    for (const Language language : {Language::English, Language::Chinese}) {
      const bool english = language == Language::English;
      field(doc, language, p.brand, weights_.brand, english);
    }
    field(doc, Language::English, p.category, weights_.category, true);
    field(doc, Language::Chinese, p.categoryZh, weights_.category, false);
    for (const auto& [name, value] : p.attributes) {
      field(doc, Language::English, value, weights_.attributes, false);
      // "yes" and "true" say something only together with the name.
      field(doc, Language::English, name, weights_.attributes, false);
    }
    field(doc, Language::English, head(p.description), weights_.description, false);
    field(doc, Language::Chinese, head(p.descriptionZh), weights_.description, false);
    identifier(doc, p.id);

    doc.add_value(slot::kBrand, p.brand);
    doc.add_value(slot::kCategory, p.category);
    doc.add_value(slot::kCategoryZh, p.categoryZh);
    doc.add_value(slot::kCents, Xapian::sortable_serialise(std::round(p.price * 100)));
    doc.add_value(slot::kPopularity, Xapian::sortable_serialise(p.popularity));
    doc.set_data(display(p));
    db_.add_document(doc);
  }

 private:
  void field(Xapian::Document& doc, Language language, std::string_view text, unsigned weight,
             bool spell) {
    if (weight == 0) return;
    for (const Piece& piece : dissect(text)) {
      for (const Term& term : termsOf(piece)) {
        doc.add_term(languageTerm(language, term.text), weight);
      }
      if (!spell) continue;
      for (const Part& part : piece.parts) {
        if (piece.kind != Piece::Kind::Cjk && part.text.size() >= kShortestSpelling &&
            part.text.find_first_of("0123456789") == std::string::npos) {
          db_.add_spelling(part.text);
        }
      }
    }
  }

  // An id is asked for whole or not at all: its parts ("lap") would match half a catalogue.
  static void identifier(Xapian::Document& doc, std::string_view id) {
    std::string joined;
    for (const Piece& piece : dissect(id)) {
      for (const Part& part : piece.parts) joined += part.text;
    }
    if (joined.empty() || joined.size() > 64) return;
    doc.add_term(languageTerm(Language::English, termOf(joined)));
  }

  static std::string display(const catalog::Product& p) {
    const nlohmann::json json{{"id", p.id},
                              {"title", p.title},
                              {"title_zh", p.titleZh},
                              {"description", p.description},
                              {"description_zh", p.descriptionZh},
                              {"brand", p.brand},
                              {"category", p.category},
                              {"category_zh", p.categoryZh},
                              {"price", p.price},
                              {"currency", p.currency}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  Xapian::WritableDatabase& db_;
  const FieldWeights& weights_;
};

Status syncFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Error(ErrorCode::Unavailable, "cannot open " + path + " to sync it");
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (!synced) return Error(ErrorCode::Unavailable, "cannot sync " + path);
  return ok();
}

Status build(const catalog::Snapshot& snapshot, const FieldWeights& weights,
             const std::string& scratch, const std::string& file) {
  try {
    {
      Xapian::WritableDatabase db(scratch, Xapian::DB_CREATE | Xapian::DB_NO_SYNC);
      DocumentWriter writer(db, weights);
      for (const catalog::Product& product : snapshot.products) writer.write(product);
      db.set_metadata(meta::kVersion, snapshot.version);
      db.set_metadata(meta::kFormat, std::to_string(kIndexFormat));
      db.commit();
      db.compact(file, Xapian::DBCOMPACT_SINGLE_FILE);
    }
    if (Xapian::Database::check(file) != 0) {
      return Error(ErrorCode::Internal, "the new index " + file + " fails Xapian's check");
    }
    const Xapian::Database written(file);
    if (written.get_doccount() != snapshot.products.size()) {
      return Error(ErrorCode::Internal, "the new index holds " +
                                            std::to_string(written.get_doccount()) + " of " +
                                            std::to_string(snapshot.products.size()) + " products");
    }
  } catch (const Xapian::Error& e) {
    return Error(ErrorCode::Unavailable, "Xapian: " + e.get_description());
  }
  return syncFile(file);
}

}  // namespace

Status buildIndex(const catalog::Snapshot& snapshot, const FieldWeights& weights,
                  const std::string& scratch, const std::string& file) {
  Status status = build(snapshot, weights, scratch, file);
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  if (!status) {
    fs::remove(file, ignored);
    return status.error().within("building the index of catalogue " + snapshot.version);
  }
  return status;
}

}  // namespace shopkeeper::search
