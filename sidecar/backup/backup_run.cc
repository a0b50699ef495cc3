#include "sidecar/backup/backup_run.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "sidecar/backup/progress_meter.h"
#include "sidecar/backup/repository/system_names.h"
#include "sidecar/backup/snapshots.h"

namespace shopkeeper::backup {
namespace {

std::unique_ptr<Cutter> makeCutter(Chunker chunker, Polynomial polynomial) {
  return chunker == Chunker::Rabin ? rabinCutter(polynomial) : fastCdcCutter(polynomial);
}

Snapshot describe(const RunContext& context, const BackupOptions& options) {
  Snapshot snapshot;
  snapshot.time = options.time ? *options.time : timestampOf(context.clock.wallNow());
  snapshot.paths = options.paths;
  snapshot.hostname = options.host.empty() ? hostName() : options.host;
  snapshot.username = userName(::getuid());
  snapshot.uid = ::getuid();
  snapshot.gid = ::getgid();
  snapshot.excludes = options.excludes;
  snapshot.tags = options.tags;
  snapshot.program = "shopkeeper";
  return snapshot;
}

// The snapshot to compare with, if any.
Result<std::optional<StoredSnapshot>> chooseParent(Repository& repository, const Snapshot& snapshot,
                                                   const std::string& which) {
  std::optional<StoredSnapshot> chosen;
  if (which == "none") return chosen;
  auto snapshots = listSnapshots(repository);
  if (!snapshots) return snapshots.error();
  if (which != "auto") {
    auto found = findSnapshot(*snapshots, which, {});
    if (!found) return found.error().within("the parent");
    chosen = std::move(*found);
  } else if (const auto* const newest =
                 latest(*snapshots, {snapshot.hostname, snapshot.paths, {}, {}})) {
    chosen = *newest;
  }
  return chosen;
}

}  // namespace

Result<BackupReport> runBackup(const RunContext& context, const BackupOptions& options) {
  const MonotonicTime started = context.clock.now();
  Repository& repository = context.repository;
  auto selection = SourceSelection::of(options.paths);
  if (!selection) return selection.error();
  auto excludes = ExcludeRules::of(options.excludes);
  if (!excludes) return excludes.error();
  auto lock = RepositoryLock::acquire(repository, false, context.clock, options.lock);
  if (!lock) return lock.error();

  Snapshot snapshot = describe(context, options);
  BackupReport report;
  std::optional<Id> previous;
  // Snapshots are listed before the index is loaded: all that they need is in it.
  auto parent = chooseParent(repository, snapshot, options.parent);
  if (!parent) return parent.error();
  if (*parent) {
    report.parent = snapshot.parent = (*parent)->id;
    previous = (*parent)->snapshot.tree;
  }
  if (auto loaded = repository.loadIndex(); !loaded) return loaded.error();

  PackWriter writer(repository, context.clock, context.random, options.packs);
  if (auto adopted = writer.adoptStrayPacks(); !adopted) return adopted.error();
  BackupState state(writer);
  ProgressMeter meter(context.clock, context.progress, options.progressInterval);
  if (context.progress) meter.expect(measure(*selection, *excludes, context.stop));
  const auto cutter = makeCutter(options.chunker, repository.config().polynomial);
  TreeReader trees(repository);
  std::shared_ptr<PendingTree> root;
  {
    ChunkPipeline pipeline(state, repository.key(), std::max(1u, options.workers),
                           options.compression, FileReader::jobBytes(*cutter));
    FileReader reader(pipeline, *cutter, state, repository.key(), options.compression,
                      context.stop);
    SourceWalker walker(repository, state, reader, trees, *excludes, context.stop, [&] {
      meter.tick("copying", state.files, state.bytes, [&] { return writer.counts().storedBytes; });
    });
    auto walked = walker.walk(*selection, previous);
    reader.flush();
    pipeline.drain();
    report.walked = walker.counts();
    if (state.failed()) return state.failure();
    if (!walked) return walked.error();
    root = std::move(*walked);
  }
  if (report.walked.files() == 0 && !options.allowEmpty) {
    return Error(ErrorCode::InvalidArgument, "there is not a single file to back up");
  }
  if (context.stop.stop_requested()) {
    return Error(ErrorCode::Cancelled, "the backup was cancelled");
  }
  if (auto finished = writer.finish(); !finished) return finished.error();
  if (auto held = (*lock)->held(); !held) return held.error();
  snapshot.tree = root->id();
  auto saved = repository.saveDocument(FileKind::Snapshot, toJson(snapshot));
  if (!saved) return saved.error();
  report.snapshot = *saved;
  report.added = writer.counts();
  report.bytes = state.bytes;
  report.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(context.clock.now() - started);
  meter.finish("finished", state.files, state.bytes, report.added.storedBytes);
  return report;
}

}  // namespace shopkeeper::backup
