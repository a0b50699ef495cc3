#include "services/knowledge/import.h"

#include <chrono>
#include <filesystem>

#include "common/log.h"
#include "services/catalog/digest.h"
#include "services/knowledge/staging.h"

namespace shopkeeper::knowledge {
namespace {

// Hashes what passes through.
class Hashing final : public catalog::ByteSource {
 public:
  Hashing(std::unique_ptr<catalog::ByteSource> source, catalog::Sha256& digest)
      : source_(std::move(source)), digest_(digest) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    auto count = source_->read(buffer, size);
    if (count) digest_.add({buffer, *count});
    return count;
  }

 private:
  const std::unique_ptr<catalog::ByteSource> source_;
  catalog::Sha256& digest_;
};

void collect(const catalog::ReadReport& report, const std::string& source, std::size_t limit,
             ImportOutcome& outcome) {
  outcome.products += report.products;
  outcome.answers += report.answers;
  outcome.events += report.events;
  outcome.moreProblems = outcome.moreProblems || report.moreProblems;
  for (const auto& problem : report.problems) {
    if (outcome.problems.size() == limit) {
      outcome.moreProblems = true;
      return;
    }
    outcome.problems.push_back({source, problem.row, problem.message});
  }
}

// An empty catalogue is far more often an accident than a wish.
std::string whyNothing(const ImportOutcome& outcome, ImportMode mode) {
  if (outcome.products + outcome.answers + outcome.events == 0) {
    return "the catalogue holds no records";
  }
  if (mode == ImportMode::Replace && outcome.products + outcome.answers == 0) {
    return "the catalogue holds events only: use mode=merge, which adds them and keeps the rest";
  }
  return "";
}

prometheus::Counter& imports(Metrics& metrics, const char* result) {
  return metrics.counter("knowledge_imports_total", "Catalogue imports by result.",
                         {{"result", result}});
}

}  // namespace

std::string ContentHash::finish(std::string_view mapText) const {
  catalog::Sha256 digest;
  digest.add(text_);
  digest.add(mapText);
  return digest.hex();
}

Importer::Importer(Store& store, std::string directory, Metrics& metrics,
                   catalog::ReadLimits limits)
    : store_(store),
      stagingPath_((std::filesystem::path(std::move(directory)) / "import.db").string()),
      limits_(limits),
      seconds_(metrics.histogram("knowledge_import_duration_seconds",
                                 "Time of one catalogue import.",
                                 {0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600})),
      loaded_(imports(metrics, "loaded")),
      refused_(imports(metrics, "refused")),
      failed_(imports(metrics, "failed")) {}

Result<ImportOutcome> Importer::run(const ImportRequest& request, bool wait, std::stop_token stop) {
  std::unique_lock lock(running_, std::defer_lock);
  if (wait) {
    lock.lock();
  } else if (!lock.try_lock()) {
    return Error(ErrorCode::Conflict, "another import is running; try again when it has ended");
  }
  const auto start = std::chrono::steady_clock::now();
  auto outcome = runLocked(request, stop);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  seconds_.Observe(seconds);
  if (!outcome) {
    failed_.Increment();
    return outcome;
  }
  outcome->seconds = seconds;
  (outcome->problems.empty() ? loaded_ : refused_).Increment();
  return outcome;
}

Result<ImportOutcome> Importer::runLocked(const ImportRequest& request, std::stop_token stop) {
  auto staging = Staging::create(stagingPath_);
  if (!staging) return staging.error().within("preparing the import");
  ImportOutcome outcome;
  ContentHash content;
  for (const CatalogSource& source : request.sources) {
    auto bytes = source.open();
    if (!bytes) return bytes.error();
    catalog::Sha256 digest;
    (*staging)->startFile(source.name);
    const auto report =
        catalog::readCatalogue(std::make_unique<Hashing>(std::move(*bytes), digest),
                               request.map ? &*request.map : nullptr, limits_, stop, **staging);
    if (!report) return report.error().within("reading the catalogue");
    content.add(digest.hex());
    collect(*report, source.name, limits_.problems, outcome);
    if (outcome.moreProblems) break;
  }
  if (outcome.problems.empty()) {
    if (const auto reason = whyNothing(outcome, request.mode); !reason.empty()) {
      outcome.problems.push_back({"", 0, reason});
    }
  }
  if (!outcome.problems.empty()) return outcome;
  if (const Status done = (*staging)->finish(); !done) return done.error();
  MergeOrder order;
  order.mode = request.mode;
  order.contentHash = content.finish(request.mapText);
  if (request.declared) order.declared = order.contentHash;
  auto state = store_.merge(**staging, order);
  if (!state) return state.error().within("loading the catalogue");
  outcome.state = *state;
  log::info("catalogue imported", {{"catalogue.version", state->version},
                                   {"products", outcome.products},
                                   {"answers", outcome.answers},
                                   {"events", outcome.events}});
  return outcome;
}

}  // namespace shopkeeper::knowledge
