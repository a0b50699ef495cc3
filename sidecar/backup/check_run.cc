#include "sidecar/backup/check_run.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sidecar/backup/progress_meter.h"
#include "sidecar/backup/repository/pack_reader.h"
#include "sidecar/backup/repository/tree_reader.h"
#include "sidecar/backup/snapshots.h"

namespace shopkeeper::backup {
namespace {

class Check {
 public:
  Check(const RunContext& context, const CheckOptions& options)
      : context_(context), options_(options), repository_(context.repository) {}

  // Snapshots are listed before the index: whatever is written meanwhile is not missed in it.
  Status run(CheckReport& report) {
    auto snapshots = readSnapshots();
    if (!snapshots) return snapshots.error();
    if (auto keys = checkKeys(); !keys) return keys;
    if (auto loaded = readIndexes(); !loaded) return loaded;
    if (auto packs = checkPacks(report); !packs) return packs;
    TreeReader trees(repository_);
    for (const auto& stored : *snapshots) {
      if (auto walked = walk(stored.tree, trees, "/"); !walked) return walked;
    }
    report.snapshots = snapshots->size();
    report.trees = seen_.size();
    report.blobs = repository_.index().blobs().size();
    report.packs = repository_.index().packs().size();
    if (options_.readData) {
      if (auto read = readPacks(report); !read) return read;
    }
    report.damages = std::move(damages_);
    return ok();
  }

 private:
  // What is damage and what means that the check cannot be done.
  static bool isDamage(const Error& error) {
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::NotFound;
  }

  void note(std::string kind, std::string id, std::string sentence) {
    const std::lock_guard lock(mutex_);
    damages_.push_back({std::move(kind), std::move(id), std::move(sentence)});
  }

  Status interrupted() const {
    if (context_.stop.stop_requested())
      return Error(ErrorCode::Cancelled, "the check was cancelled");
    return ok();
  }

  Result<std::vector<Snapshot>> readSnapshots() {
    auto files = repository_.files().list(FileKind::Snapshot);
    if (!files) return files.error();
    std::vector<Snapshot> snapshots;
    for (const auto& file : *files) {
      auto json = repository_.loadDocument(FileKind::Snapshot, file.id);
      if (!json && json.error().code() == ErrorCode::NotFound) continue;  // forgotten meanwhile
      auto snapshot = json ? parseSnapshot(*json) : Result<Snapshot>(json.error());
      if (snapshot) {
        snapshots.push_back(std::move(*snapshot));
      } else if (isDamage(snapshot.error())) {
        note("snapshot", toHex(file.id), snapshot.error().message());
      } else {
        return snapshot.error();
      }
    }
    return snapshots;
  }

  Status checkKeys() {
    auto files = repository_.files().list(FileKind::Key);
    if (!files) return files.error();
    for (const auto& file : *files) {
      auto bytes = repository_.files().load(FileKind::Key, file.id);
      if (!bytes && !isDamage(bytes.error())) return bytes.error();
      const auto parsed =
          bytes ? parseKeyFile({reinterpret_cast<const char*>(bytes->data()), bytes->size()})
                : Result<KeyFile>(bytes.error());
      if (!parsed) note("key", toHex(file.id), parsed.error().message());
    }
    return ok();
  }

  Status readIndexes() {
    auto loaded = repository_.loadIndex([this](const Id& file, const Error& error) {
      if (!isDamage(error)) return false;
      note("index", toHex(file), error.message());
      return true;
    });
    return loaded;
  }

  Status checkPacks(CheckReport& report) {
    auto files = repository_.files().list(FileKind::Pack);
    if (!files) return files.error();
    std::unordered_map<Id, std::uint64_t, IdHash> sizes;
    for (const auto& file : *files) sizes.emplace(file.id, file.size);
    const BlobIndex& index = repository_.index();
    packs_.resize(index.packs().size());
    for (const auto& blob : index.blobs()) packs_[blob.pack()].push_back(blob.entry());
    for (std::uint32_t i = 0; i < packs_.size(); ++i) {
      auto& entries = packs_[i];
      std::sort(entries.begin(), entries.end(),
                [](const PackEntry& a, const PackEntry& b) { return a.offset < b.offset; });
      const Id& id = index.packId(i);
      const auto size = sizes.find(id);
      if (size == sizes.end()) {
        note("pack", toHex(id), "it is missing");
        missing_.insert(i);
      } else if (size->second != packSize(entries)) {
        note("pack", toHex(id),
             "it has " + std::to_string(size->second) + " bytes and not " +
                 std::to_string(packSize(entries)));
        missing_.insert(i);
      }
    }
    report.strayPacks = static_cast<std::uint64_t>(std::count_if(
        files->begin(), files->end(), [&](const auto& file) { return !index.hasPack(file.id); }));
    return ok();
  }

  // Somewhere where its pack is there.
  bool available(BlobType type, const Id& id) const {
    const auto places = repository_.index().find(type, id);
    return std::any_of(places.begin(), places.end(),
                       [&](const auto& location) { return !missing_.contains(location.pack()); });
  }

  Status walk(const Id& tree, TreeReader& trees, const std::string& path) {
    if (!seen_.insert(tree).second) return ok();
    if (auto go = interrupted(); !go) return go;
    auto listing = trees.load(tree);
    if (!listing && !isDamage(listing.error())) return listing.error();
    if (!listing) {
      note("tree blob", toHex(tree), "the listing of " + path + ": " + listing.error().message());
      return ok();
    }
    for (const Node& node : listing->nodes) {
      const std::string child = (path == "/" ? "" : path) + "/" + node.name;
      for (const Id& id : node.content) {
        if (!available(BlobType::Data, id) && reported_.insert(id).second) {
          note("data blob", toHex(id), "a part of " + child + " is in no pack that is there");
        }
      }
      if (node.type == NodeType::Directory && !node.subtree) {
        note("tree blob", toHex(tree), child + " is a directory without a listing");
      } else if (node.subtree) {
        if (auto walked = walk(*node.subtree, trees, child); !walked) return walked;
      }
    }
    return ok();
  }

  std::vector<std::uint32_t> choosePacks() {
    const PackSubset& subset = options_.subset;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t i = 0; i < packs_.size(); ++i) {
      if (repository_.index().packId(i).bytes[0] % subset.of == subset.part - 1)
        chosen.push_back(i);
    }
    if (subset.percent >= 100 || chosen.empty()) return chosen;
    for (std::size_t i = chosen.size() - 1; i > 0; --i) {
      std::swap(chosen[i], chosen[context_.random.next() % (i + 1)]);
    }
    const double share = static_cast<double>(chosen.size()) * subset.percent / 100;
    chosen.resize(std::max<std::size_t>(1, static_cast<std::size_t>(share)));
    return chosen;
  }

  Status readPacks(CheckReport& report) {
    const std::vector<std::uint32_t> chosen = choosePacks();
    std::atomic<std::size_t> next{0};
    std::atomic<bool> stop{false};
    std::optional<Error> failure;
    ProgressMeter meter(context_.clock, context_.progress, options_.progressInterval);
    ExpectedTotals totals{chosen.size(), 0};
    for (const std::uint32_t pack : chosen) totals.bytes += packSize(packs_[pack]);
    meter.expect(totals);
    const auto work = [&] {
      BlobOpener opener(repository_.key());
      for (std::size_t at = next++; at < chosen.size() && !stop; at = next++) {
        const std::uint32_t i = chosen[at];
        std::uint64_t bytes = 0;
        auto read = interrupted();
        if (read && !missing_.contains(i)) {
          const Id& id = repository_.index().packId(i);
          read = verifyPack(repository_, id, packs_[i], opener, bytes);
          if (!read && isDamage(read.error())) {
            note("pack", toHex(id), read.error().message());
            read = ok();
          }
        }
        const std::lock_guard lock(mutex_);
        report.bytesRead += bytes;
        meter.tick("reading", ++report.packsRead, report.bytesRead, [] { return 0; });
        if (!read) {
          failure = read.error();
          stop = true;
        }
      }
    };
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < std::max(1u, options_.threads); ++i) threads.emplace_back(work);
    }
    if (failure) return *failure;
    meter.finish("finished", report.packsRead, report.bytesRead, 0);
    return ok();
  }

  const RunContext& context_;
  const CheckOptions& options_;
  Repository& repository_;
  std::vector<std::vector<PackEntry>> packs_;  // by the index's number, in order of offsets
  std::unordered_set<std::uint32_t> missing_;  // or of the wrong size
  std::unordered_set<Id, IdHash> seen_;        // trees
  std::unordered_set<Id, IdHash> reported_;    // blobs
  std::mutex mutex_;
  std::vector<Damage> damages_;
};

}  // namespace

Result<PackSubset> PackSubset::parse(std::string_view text) {
  PackSubset subset;
  const char* const end = text.data() + text.size();
  const auto number = [&](const char* from, auto& into, char after) {
    const auto [stop, error] = std::from_chars(from, end, into);
    return error == std::errc() && (after == 0 ? stop == end : stop < end && *stop == after)
               ? stop
               : nullptr;
  };
  if (text.ends_with('%')) {
    const char* const stop = number(text.data(), subset.percent, '%');
    if (stop == end - 1 && subset.percent > 0 && subset.percent <= 100) return subset;
  } else if (const char* const slash = number(text.data(), subset.part, '/')) {
    if (number(slash + 1, subset.of, 0) != nullptr && subset.of >= 1 && subset.of <= 256 &&
        subset.part >= 1 && subset.part <= subset.of) {
      return subset;
    }
  }
  return Error(ErrorCode::InvalidArgument,
               "\"" + std::string(text) +
                   "\" is no part of the packs: such are 1/7 (of at most 256) and 2.5%");
}

Status verifyPack(Repository& repository, const Id& pack, const std::vector<PackEntry>& entries,
                  BlobOpener& opener, std::uint64_t& bytesRead) {
  auto bytes = repository.files().load(FileKind::Pack, pack);
  if (!bytes) return bytes.error();
  bytesRead += bytes->size();
  auto table = readPackTable(*bytes, opener.cipher());
  if (!table) return table.error();
  if (*table != entries) {
    return Error(ErrorCode::Corrupt, "its table is not what the index says");
  }
  for (const PackEntry& entry : entries) {
    auto opened = opener.open(entry, std::span(*bytes).subspan(entry.offset, entry.length));
    if (!opened) {
      return opened.error().within(std::string(toString(entry.type)) + " blob " + toHex(entry.id));
    }
  }
  return ok();
}

Result<CheckReport> runCheck(const RunContext& context, const CheckOptions& options) {
  const MonotonicTime started = context.clock.now();
  auto lock = RepositoryLock::acquire(context.repository, false, context.clock, options.lock);
  if (!lock) return lock.error();
  CheckReport report;
  if (auto checked = Check(context, options).run(report); !checked) return checked.error();
  if (auto held = (*lock)->held(); !held) return held.error();
  report.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(context.clock.now() - started);
  return report;
}

}  // namespace shopkeeper::backup
