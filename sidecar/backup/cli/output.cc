#include "sidecar/backup/cli/output.h"

#include <cstdio>

#include "sidecar/backup/repository/json_writer.h"

namespace shopkeeper::backup {
namespace {

void line(JsonWriter& json) {
  const std::string text = json.take() + "}\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string size(std::uint64_t bytes) {
  char text[32];
  const double mib = static_cast<double>(bytes) / (1024 * 1024);
  if (mib >= 1024) {
    std::snprintf(text, sizeof text, "%.2f GiB", mib / 1024);
  } else {
    std::snprintf(text, sizeof text, "%.2f MiB", mib);
  }
  return text;
}

std::string text(Timestamp time) {
  std::string out;
  appendTime(out, {time.seconds, 0});
  return out;
}

unsigned long long number(std::uint64_t value) { return value; }

double seconds(std::chrono::milliseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

ExitCode codeOf(const Error& error) {
  switch (error.code()) {
    case ErrorCode::Unauthenticated:
      return kWrongPassword;
    case ErrorCode::Cancelled:
      return kCancelled;
    case ErrorCode::InvalidArgument:
      return kWrongUsage;
    default:
      return error.retryable() ? kTryAgain : kFailed;
  }
}

}  // namespace

ProgressSink Output::progress() {
  if (!json_) return {};
  return [](const Progress& progress) {
    JsonWriter json;
    json.text("{\"type\":\"progress\",\"phase\":", progress.phase);
    json.number(",\"files\":", progress.files);
    json.number(",\"totalFiles\":", progress.totalFiles);
    json.number(",\"bytes\":", progress.bytes);
    json.number(",\"totalBytes\":", progress.totalBytes);
    json.number(",\"newBytes\":", progress.newBytes);
    json.number(",\"secondsLeft\":", static_cast<std::uint64_t>(progress.left.count()));
    line(json);
  };
}

void Output::repository(const char* done, const Repository& repository) {
  const std::string id = toHex(repository.config().id);
  if (!json_) {
    std::printf("repository %s %s\n", id.c_str(), done);
    return;
  }
  JsonWriter json;
  json.text("{\"type\":", done);
  json.text(",\"repositoryId\":", id);
  line(json);
}

void Output::backup(const BackupReport& report) {
  const WalkCounts& walked = report.walked;
  if (!json_) {
    std::printf(
        "snapshot %s\n%llu files, %s: %llu new, %llu changed, %llu unchanged%s\n"
        "%llu new data and %llu tree blobs, %s, stored as %s, in %.1f s\n",
        toHex(report.snapshot).c_str(), number(walked.files()), size(report.bytes).c_str(),
        number(walked.newFiles), number(walked.changedFiles), number(walked.unchangedFiles),
        walked.vanished > 0 ? (", " + std::to_string(walked.vanished) + " vanished").c_str() : "",
        number(report.added.dataBlobs), number(report.added.treeBlobs),
        size(report.added.contentBytes).c_str(), size(report.added.storedBytes).c_str(),
        seconds(report.duration));
    return;
  }
  JsonWriter json;
  json.id("{\"type\":\"backup\",\"snapshot\":", report.snapshot);
  if (report.parent) json.id(",\"parent\":", *report.parent);
  json.number(",\"files\":", walked.files());
  json.number(",\"newFiles\":", walked.newFiles);
  json.number(",\"changedFiles\":", walked.changedFiles);
  json.number(",\"unchangedFiles\":", walked.unchangedFiles);
  json.number(",\"vanishedFiles\":", walked.vanished);
  json.number(",\"excluded\":", walked.excluded);
  json.number(",\"directories\":", walked.directories);
  json.number(",\"bytes\":", report.bytes);
  json.number(",\"newDataBlobs\":", report.added.dataBlobs);
  json.number(",\"newTreeBlobs\":", report.added.treeBlobs);
  json.number(",\"newBytes\":", report.added.contentBytes);
  json.number(",\"storedBytes\":", report.added.storedBytes);
  json.number(",\"milliseconds\":", static_cast<std::uint64_t>(report.duration.count()));
  line(json);
}

void Output::restore(const RestoreReport& report) {
  if (!json_) {
    std::printf("snapshot %s of %s\n%llu files, %llu directories, %s restored in %.1f s\n",
                toHex(report.snapshot).c_str(), text(report.time).c_str(), number(report.files),
                number(report.directories), size(report.bytes).c_str(), seconds(report.duration));
    if (report.owners + report.attributes + report.specials > 0) {
      std::printf("for want of rights without: %llu owners, %llu attributes, %llu special files\n",
                  number(report.owners), number(report.attributes), number(report.specials));
    }
    if (!report.kept.empty()) std::printf("what was there is now %s\n", report.kept.c_str());
    return;
  }
  JsonWriter json;
  json.id("{\"type\":\"restore\",\"snapshot\":", report.snapshot);
  json.time(",\"snapshotTime\":", report.time);
  json.number(",\"files\":", report.files);
  json.number(",\"directories\":", report.directories);
  json.number(",\"others\":", report.others);
  json.number(",\"hardLinks\":", report.hardLinks);
  json.number(",\"bytes\":", report.bytes);
  json.number(",\"withoutOwner\":", report.owners);
  json.number(",\"withoutAttribute\":", report.attributes);
  json.number(",\"specialsLeftOut\":", report.specials);
  json.someText(",\"kept\":", report.kept);
  json.number(",\"milliseconds\":", static_cast<std::uint64_t>(report.duration.count()));
  line(json);
}

void Output::snapshots(const std::vector<StoredSnapshot>& snapshots) {
  for (const auto& [id, snapshot] : snapshots) {
    if (!json_) {
      std::string paths;
      for (const std::string& path : snapshot.paths) paths += (paths.empty() ? "" : ", ") + path;
      std::printf("%s  %s  %s  %s\n", toHex(id).substr(0, 8).c_str(), text(snapshot.time).c_str(),
                  snapshot.hostname.c_str(), paths.c_str());
      continue;
    }
    JsonWriter json;
    json.id("{\"type\":\"snapshot\",\"id\":", id);
    json.time(",\"time\":", snapshot.time);
    json.text(",\"host\":", snapshot.hostname);
    json.texts(",\"paths\":", snapshot.paths);
    json.texts(",\"tags\":", snapshot.tags);
    json.id(",\"tree\":", snapshot.tree);
    line(json);
  }
}

void Output::keys(const std::vector<std::pair<Id, KeyFile>>& keys, const Id& current) {
  for (const auto& [id, key] : keys) {
    if (!json_) {
      std::printf("%s%s  %s  %s@%s\n", id == current ? "*" : " ", toHex(id).substr(0, 8).c_str(),
                  text(key.created).c_str(), key.username.c_str(), key.hostname.c_str());
      continue;
    }
    JsonWriter json;
    json.id("{\"type\":\"key\",\"id\":", id);
    json.time(",\"created\":", key.created);
    json.text(",\"user\":", key.username);
    json.text(",\"host\":", key.hostname);
    json.boolean(",\"current\":", id == current);
    line(json);
  }
}

ExitCode Output::check(const CheckReport& report) {
  for (const Damage& damage : report.damages) {
    if (!json_) {
      std::printf("%s %s: %s\n", damage.kind.c_str(), damage.id.c_str(), damage.sentence.c_str());
      continue;
    }
    JsonWriter json;
    json.text("{\"type\":\"damage\",\"kind\":", damage.kind);
    json.text(",\"id\":", damage.id);
    json.text(",\"message\":", damage.sentence);
    line(json);
  }
  if (!json_) {
    std::printf(
        "%llu snapshots, %llu trees, %llu blobs in %llu packs (%llu stray); "
        "%llu packs read, %s: %zu damaged\n",
        number(report.snapshots), number(report.trees), number(report.blobs), number(report.packs),
        number(report.strayPacks), number(report.packsRead), size(report.bytesRead).c_str(),
        report.damages.size());
  } else {
    JsonWriter json;
    json.number("{\"type\":\"check\",\"damages\":", report.damages.size());
    json.number(",\"snapshots\":", report.snapshots);
    json.number(",\"trees\":", report.trees);
    json.number(",\"blobs\":", report.blobs);
    json.number(",\"packs\":", report.packs);
    json.number(",\"strayPacks\":", report.strayPacks);
    json.number(",\"packsRead\":", report.packsRead);
    json.number(",\"bytesRead\":", report.bytesRead);
    json.number(",\"milliseconds\":", static_cast<std::uint64_t>(report.duration.count()));
    line(json);
  }
  return report.damages.empty() ? kDone : kDamaged;
}

ExitCode Output::error(const Error& error) {
  if (json_) {
    JsonWriter json;
    json.text("{\"type\":\"error\",\"code\":", toString(error.code()));
    json.text(",\"message\":", error.message());
    json.boolean(",\"retryable\":", error.retryable());
    line(json);
  }
  std::fprintf(stderr, "shopkeeper-backup: %s\n", error.message().c_str());
  return codeOf(error);
}

ExitCode Output::noRepository(const Error& failure) {
  const ExitCode code = error(failure);
  const bool absent =
      failure.code() == ErrorCode::NotFound || failure.code() == ErrorCode::Conflict;
  return absent ? kNoRepository : code;
}

}  // namespace shopkeeper::backup
