// Where an import's records wait, checked and free of duplicates, until all of them are known to
// be good: a scratch database of its own, so that neither memory nor the store's writer is held.
#pragma once

#include <memory>
#include <string>

#include "common/result.h"
#include "services/catalog/importer.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

// Tables products(id, body), answers(id, body) and events(n, id, ...), as mergeStaged() reads them.
// Not thread-safe. The file is removed by the destructor.
class Staging final : public catalog::RecordSink {
 public:
  // Replaces what a killed import may have left at `path`.
  static Result<std::unique_ptr<Staging>> create(const std::string& path);
  ~Staging() override;

  // Names the file that the next rows come from, for the sentence about a duplicate.
  void startFile(std::string name);

  // InvalidArgument, naming the first row, where the kind has that id already. Events are the
  // exception: one that is repeated with the same content counts once.
  Status add(std::uint64_t row, const catalog::Product& product) override;
  Status add(std::uint64_t row, const catalog::Answer& answer) override;
  Status add(std::uint64_t row, const catalog::Event& event) override;

  // Ends the writing; the file can be attached now.
  Status finish();
  const std::string& path() const { return path_; }

 private:
  explicit Staging(std::string path) : path_(std::move(path)) {}
  Status addBody(const char* table, std::uint64_t row, const std::string& id,
                 const std::string& body);
  Status duplicate(const char* table, const std::string& id);
  void removeFile() const;

  const std::string path_;
  std::unique_ptr<Database> database_;
  std::string file_;
};

}  // namespace shopkeeper::knowledge
