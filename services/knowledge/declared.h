// Keeps the store equal to the declared catalogue: files, watched directories and URLs that
// together are one catalogue.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "common/cron.h"
#include "common/result.h"
#include "services/catalog/field_map.h"
#include "services/knowledge/download.h"
#include "services/knowledge/import.h"
#include "services/knowledge/store.h"

namespace shopkeeper::knowledge {

struct DeclaredOptions {
  std::vector<std::string> sources;  // paths and URLs
  std::optional<Cron> refresh;       // of URLs, in UTC; without it they are read at start
  std::optional<catalog::FieldMap> map;
  std::string mapText;
  std::string directory;                         // for downloads
  std::chrono::milliseconds interval{3'000};     // between two looks
  std::chrono::milliseconds retryAfter{30'000};  // after a failure that is not the content's
};

// The catalogue files of a source: the file itself, or what a directory holds by name
// (*.jsonl, *.json, *.csv, each also with .gz), sorted. Hidden entries are skipped: a mounted
// ConfigMap keeps its generations there and swaps the symbolic link "..data".
Result<std::vector<std::string>> catalogueFiles(const std::string& path);

// Thread-safe. Looks every `interval`; the content is hashed only when names, sizes or times
// changed, and imported only when the hash differs from what the store has recorded. Content with
// problems is not tried again until it changes.
class Declared {
 public:
  // InvalidArgument for an address that is no URL.
  static Result<std::unique_ptr<Declared>> create(DeclaredOptions options, Store& store,
                                                  Importer& importer, ClientFactory clients,
                                                  const Clock& clock);
  ~Declared();
  Declared(const Declared&) = delete;
  Declared& operator=(const Declared&) = delete;

  void start();
  void stop();

  // Why no declared catalogue was ever loaded; empty once one was (by an earlier process too).
  std::string notLoadedReason() const;

  // One look, as the thread does it; for tests.
  void look(std::stop_token stop);

 private:
  Declared(DeclaredOptions options, Store& store, Importer& importer, const Clock& clock);
  void refreshUrls(std::stop_token stop);
  Result<std::vector<std::string>> listFiles() const;
  Status bringIn(const std::vector<std::string>& files, std::stop_token stop);
  void remember(const Status& status);

  const DeclaredOptions options_;
  Store& store_;
  Importer& importer_;
  const Clock& clock_;
  std::vector<std::string> paths_;
  std::vector<Download> downloads_;

  // Used by the looking thread only.
  std::optional<WallTime> nextRefresh_;
  std::optional<std::string> settled_;  // fingerprint of the files that need no further look
  std::optional<MonotonicTime> retryAt_;
  bool refreshFailed_ = false;

  mutable std::mutex mutex_;
  bool loaded_ = false;
  std::string reason_ = "the declared catalogue is still being read";
  std::jthread thread_;
};

}  // namespace shopkeeper::knowledge
