// A store in a temporary directory with its importer, for tests.
#pragma once

#include <memory>
#include <string>

#include "common/metrics.h"
#include "common/testing/manual_clock.h"
#include "services/knowledge/import.h"
#include "services/knowledge/store.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::knowledge::testing {

// `count` products whose title is `title`, as JSON Lines.
inline std::string productLines(int count, const std::string& title) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "{\"kind\":\"product\",\"id\":\"p-" + std::to_string(100'000 + i) + "\",\"title\":\"" +
            title + "\"}\n";
  }
  return text;
}

inline ImportRequest importOf(const std::string& text, ImportMode mode = ImportMode::Replace) {
  ImportRequest request;
  request.mode = mode;
  request.sources.push_back({"test", [text]() -> Result<std::unique_ptr<catalog::ByteSource>> {
                               struct Owning final : catalog::ByteSource {
                                 explicit Owning(std::string t)
                                     : text(std::move(t)), source(catalog::memorySource(text)) {}
                                 Result<std::size_t> read(char* b, std::size_t n) override {
                                   return source->read(b, n);
                                 }
                                 const std::string text;
                                 const std::unique_ptr<catalog::ByteSource> source;
                               };
                               return std::unique_ptr<catalog::ByteSource>(
                                   std::make_unique<Owning>(text));
                             }});
  return request;
}

inline catalog::Event eventOf(const std::string& id) {
  return {0, id, catalog::EventType::View, "u-1", "s-1", "p-100000", "2026-07-01T00:00:00Z"};
}

// One open store; reopen() closes and opens it again, as a restart does.
class OpenStore {
 public:
  explicit OpenStore(StoreOptions options = {}) : options_(std::move(options)) { reopen(); }

  void reopen() {
    importer.reset();
    store.reset();
    metrics = std::make_unique<Metrics>();
    options_.directory = directory.path();
    auto opened = Store::open(options_, clock, *metrics);
    if (!opened) throw std::runtime_error(opened.error().message());
    store = std::move(*opened);
    importer = std::make_unique<Importer>(*store, directory.path(), *metrics);
  }

  Result<ImportOutcome> import(const std::string& text, ImportMode mode = ImportMode::Replace) {
    return importer->run(importOf(text, mode), true, {});
  }
  CatalogState state() {
    const auto now = store->state();
    if (!now) throw std::runtime_error(now.error().message());
    return *now;
  }

  shopkeeper::testing::TemporaryDirectory directory;
  shopkeeper::testing::ManualClock clock;
  std::unique_ptr<Metrics> metrics;
  std::unique_ptr<Store> store;
  std::unique_ptr<Importer> importer;

 private:
  StoreOptions options_;
};

}  // namespace shopkeeper::knowledge::testing
