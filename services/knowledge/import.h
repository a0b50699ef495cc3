// Brings a catalogue into the store: read and check into staging, then one transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/metrics.h"
#include "common/result.h"
#include "services/catalog/bytes.h"
#include "services/catalog/field_map.h"
#include "services/catalog/importer.h"
#include "services/knowledge/store.h"

namespace shopkeeper::knowledge {

struct CatalogSource {
  std::string name;  // for people: a file's name; may be empty where there is only one source
  std::function<Result<std::unique_ptr<catalog::ByteSource>>()> open;
};

struct ImportRequest {
  std::vector<CatalogSource> sources;  // together one catalogue
  ImportMode mode = ImportMode::Replace;
  std::optional<catalog::FieldMap> map;
  std::string mapText;
  bool declared = false;  // remember the content hash as the declared catalogue's
};

struct ImportProblem {
  std::string source;
  std::uint64_t row = 0;  // 0: the source as a whole
  std::string message;
};

struct ImportOutcome {
  std::vector<ImportProblem> problems;  // not empty: nothing was loaded
  bool moreProblems = false;
  std::uint64_t products = 0, answers = 0, events = 0;  // records read
  CatalogState state;                                   // after it
  double seconds = 0;
};

// Identifies content: the same bytes under the same map give the same hash.
class ContentHash {
 public:
  void add(std::string_view sourceDigest) { text_ += std::string(sourceDigest) + "\n"; }
  std::string finish(std::string_view mapText) const;

 private:
  std::string text_;
};

// Thread-safe: one import at a time.
class Importer {
 public:
  Importer(Store& store, std::string directory, Metrics& metrics, catalog::ReadLimits limits = {});

  // Conflict where another import runs and `wait` is false. Problems of the content come back in
  // the outcome; an Error is for what is not the content's fault.
  Result<ImportOutcome> run(const ImportRequest& request, bool wait, std::stop_token stop);

 private:
  Result<ImportOutcome> runLocked(const ImportRequest& request, std::stop_token stop);

  Store& store_;
  const std::string stagingPath_;
  const catalog::ReadLimits limits_;
  prometheus::Histogram& seconds_;
  prometheus::Counter &loaded_, &refused_, &failed_;
  std::mutex running_;
};

}  // namespace shopkeeper::knowledge
