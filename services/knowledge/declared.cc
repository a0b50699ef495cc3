#include "services/knowledge/declared.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <filesystem>

#include "common/log.h"
#include "services/catalog/bytes.h"
#include "services/catalog/digest.h"

namespace shopkeeper::knowledge {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 1'000;
constexpr std::array<std::string_view, 6> kEndings = {".jsonl",   ".jsonl.gz", ".json",
                                                      ".json.gz", ".csv",      ".csv.gz"};

bool isUrl(const std::string& source) { return source.find("://") != std::string::npos; }

// What changes when a file does: cheap enough to look at every few seconds. Follows links.
std::string fingerprintOf(const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& file : files) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) status = {};
    text += file + " " + std::to_string(status.st_ino) + " " + std::to_string(status.st_size) +
            " " + std::to_string(status.st_mtim.tv_sec) + "." +
            std::to_string(status.st_mtim.tv_nsec) + " " + std::to_string(status.st_ctim.tv_sec) +
            "." + std::to_string(status.st_ctim.tv_nsec) + "\n";
  }
  return text;
}

Result<std::string> hashOf(const std::vector<std::string>& files, const std::string& mapText) {
  ContentHash content;
  std::string buffer(256u << 10, '\0');
  for (const std::string& file : files) {
    auto source = catalog::openFile(file);
    if (!source) return source.error();
    catalog::Sha256 digest;
    while (true) {
      const auto count = (*source)->read(buffer.data(), buffer.size());
      if (!count) return count.error();
      if (*count == 0) break;
      digest.add({buffer.data(), *count});
    }
    content.add(digest.hex());
  }
  return content.finish(mapText);
}

std::string describe(const ImportProblem& problem) {
  std::string text = problem.source;
  if (problem.row > 0) text += (text.empty() ? "row " : " row ") + std::to_string(problem.row);
  return text.empty() ? problem.message : text + ": " + problem.message;
}

}  // namespace

Result<std::vector<std::string>> catalogueFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (fs::exists(path, error)) return std::vector<std::string>{path};
    return Error(ErrorCode::NotFound, "catalogue \"" + path + "\" does not exist");
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    const auto fits = [&](std::string_view ending) { return name.ends_with(ending); };
    if (name.starts_with('.') || !std::ranges::any_of(kEndings, fits)) continue;
    std::error_code ignored;
    if (entry.is_regular_file(ignored)) files.push_back(entry.path().string());
  }
  if (error) {
    return Error(ErrorCode::PermissionDenied,
                 "catalogue directory \"" + path + "\" cannot be read: " + error.message());
  }
  if (files.empty() || files.size() > kMaxFiles) {
    return Error(ErrorCode::NotFound, "catalogue directory \"" + path + "\" must hold 1 to " +
                                          std::to_string(kMaxFiles) +
                                          " files named *.jsonl, *.json or *.csv, also "
                                          "with .gz; it holds " +
                                          std::to_string(files.size()));
  }
  std::ranges::sort(files);
  return files;
}

Result<std::unique_ptr<Declared>> Declared::create(DeclaredOptions options, Store& store,
                                                   Importer& importer, ClientFactory clients,
                                                   const Clock& clock) {
  std::unique_ptr<Declared> declared(new Declared(std::move(options), store, importer, clock));
  for (const std::string& source : declared->options_.sources) {
    if (!isUrl(source)) {
      declared->paths_.push_back(source);
      continue;
    }
    if (const auto parts = splitUrl(source); !parts) return parts.error();
    declared->downloads_.emplace_back(source, declared->options_.directory, clients);
  }
  if (!declared->downloads_.empty()) declared->nextRefresh_ = clock.wallNow();
  const auto state = store.state();
  if (!state) return state.error();
  declared->loaded_ = !state->declared.empty();
  return declared;
}

Declared::Declared(DeclaredOptions options, Store& store, Importer& importer, const Clock& clock)
    : options_(std::move(options)), store_(store), importer_(importer), clock_(clock) {}

Declared::~Declared() { stop(); }

void Declared::start() {
  if (thread_.joinable() || options_.sources.empty()) return;
  thread_ = std::jthread([this](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      look(stop);
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, options_.interval, [] { return false; });
    }
  });
}

void Declared::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

std::string Declared::notLoadedReason() const {
  if (options_.sources.empty()) return "";
  std::lock_guard lock(mutex_);
  return loaded_ ? "" : reason_;
}

void Declared::look(std::stop_token stop) {
  refreshUrls(stop);
  const auto files = listFiles();
  if (!files) {
    settled_.reset();
    remember(files.error());
    return;
  }
  const std::string fingerprint = fingerprintOf(*files);
  if (settled_ == fingerprint) return;
  if (retryAt_ && clock_.now() < *retryAt_) return;
  retryAt_.reset();
  const Status done = bringIn(*files, stop);
  if (stop.stop_requested()) return;
  if (done || done.error().code() == ErrorCode::InvalidArgument) {
    settled_ = fingerprint;
  } else {
    retryAt_ = clock_.now() + options_.retryAfter;
  }
  remember(done);
}

void Declared::refreshUrls(std::stop_token stop) {
  if (!nextRefresh_ || clock_.wallNow() < *nextRefresh_) return;
  bool failed = false;
  for (Download& download : downloads_) {
    const Status fetched = download.refresh(stop);
    if (fetched || stop.stop_requested()) continue;
    failed = true;
    if (!refreshFailed_) log::warn("catalogue cannot be downloaded", fetched.error());
    if (download.file().empty()) remember(fetched);
  }
  refreshFailed_ = failed;
  const WallTime now = clock_.wallNow();
  nextRefresh_ = options_.refresh ? options_.refresh->next(now) : std::nullopt;
  if (!failed) return;
  const WallTime soon = now + std::chrono::duration_cast<WallTime::duration>(options_.retryAfter);
  if (!nextRefresh_ || soon < *nextRefresh_) nextRefresh_ = soon;
}

Result<std::vector<std::string>> Declared::listFiles() const {
  std::vector<std::string> all;
  for (const std::string& path : paths_) {
    const auto files = catalogueFiles(path);
    if (!files) return files.error();
    all.insert(all.end(), files->begin(), files->end());
  }
  for (const Download& download : downloads_) {
    if (download.file().empty()) {
      return Error(ErrorCode::Unavailable, download.url() + " could not be downloaded yet");
    }
    all.push_back(download.file());
  }
  return all;
}

Status Declared::bringIn(const std::vector<std::string>& files, std::stop_token stop) {
  const auto hash = hashOf(files, options_.mapText);
  if (!hash) return hash.error();
  const auto state = store_.state();
  if (!state) return state.error();
  if (state->declared == *hash) return ok();
  ImportRequest request;
  request.map = options_.map;
  request.mapText = options_.mapText;
  request.declared = true;
  for (const std::string& file : files) {
    request.sources.push_back(
        {fs::path(file).filename().string(), [file] { return catalog::openFile(file); }});
  }
  const auto outcome = importer_.run(request, /*wait=*/true, stop);
  if (!outcome) return outcome.error();
  if (outcome->problems.empty()) return ok();
  for (const ImportProblem& problem : outcome->problems) {
    log::warn("catalogue problem", {{"file.name", problem.source},
                                    {"catalogue.row", problem.row},
                                    {"error.message", problem.message}});
  }
  const std::size_t more = outcome->problems.size() - 1;
  return Error(ErrorCode::InvalidArgument,
               "the declared catalogue has problems: " + describe(outcome->problems.front()) +
                   (more > 0 ? " (and " + std::to_string(more) + " more)" : ""));
}

void Declared::remember(const Status& status) {
  std::lock_guard lock(mutex_);
  if (status) {
    loaded_ = true;
    reason_.clear();
    return;
  }
  const std::string& message = status.error().message();
  if (message != reason_) log::warn("declared catalogue is not loaded", status.error());
  reason_ = message;
}

}  // namespace shopkeeper::knowledge
