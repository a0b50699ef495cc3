#include "sidecar/backup/restore_batch.h"

#include <algorithm>
#include <thread>
#include <tuple>
#include <utility>

namespace shopkeeper::backup {
namespace {

constexpr std::size_t kFiles = 20000;
constexpr std::size_t kParts = 100000;
// Neighbours are fetched together up to this much, and over gaps of that much that nobody wants.
constexpr std::uint64_t kFetch = std::uint64_t{4} << 20;
constexpr std::uint64_t kGap = std::uint64_t{64} << 10;

std::uint64_t endOf(const BlobIndex::Location& blob) {
  return std::uint64_t{blob.offset()} + blob.length();
}

}  // namespace

RestoreBatch::RestoreBatch(Repository& repository, FileRestorer& restorer, std::stop_token stop)
    : repository_(repository), restorer_(restorer), stop_(std::move(stop)) {}

bool RestoreBatch::full() const { return files_.size() >= kFiles || parts_.size() >= kParts; }

Status RestoreBatch::add(std::string path, Node node) {
  const auto number = static_cast<std::uint32_t>(files_.size());
  File& file = files_.emplace_back();
  for (const Id& id : node.content) {
    const auto found = repository_.index().find(BlobType::Data, id);
    if (found.empty()) {
      return Error(ErrorCode::NotFound,
                   path + ": data blob " + toHex(id) + " is in no pack; it cannot be restored");
    }
    parts_.push_back({found[0], number, file.size});
    file.size += found[0].entry().contentLength();
  }
  file.left = static_cast<std::uint32_t>(node.content.size());
  node.content = {};
  file.path = std::move(path);
  file.node = std::move(node);
  return ok();
}

std::vector<RestoreBatch::Stretch> RestoreBatch::stretches() {
  std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return std::make_tuple(a.blob.pack(), a.blob.offset(), a.file, a.offset) <
           std::make_tuple(b.blob.pack(), b.blob.offset(), b.file, b.offset);
  });
  std::vector<Stretch> all;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto& blob = parts_[i].blob;
    const bool joins = !all.empty() && [&] {
      const auto& first = parts_[all.back().begin].blob;
      const auto& last = parts_[i - 1].blob;
      return first.pack() == blob.pack() && blob.offset() <= endOf(last) + kGap &&
             endOf(blob) - first.offset() <= kFetch;
    }();
    // The same blob again is no new fetch, however large it is.
    const bool again = !all.empty() && i > 0 && parts_[i - 1].blob.pack() == blob.pack() &&
                       parts_[i - 1].blob.offset() == blob.offset();
    if (joins || again) {
      all.back().end = i + 1;
    } else {
      all.push_back({i, i + 1});
    }
  }
  return all;
}

Status RestoreBatch::run(unsigned threads,
                         const std::function<void(std::uint64_t, bool)>& advanced) {
  advanced_ = &advanced;
  stretches_ = stretches();
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(1u, threads); ++i) workers.emplace_back([this] { work(); });
  }
  if (failure_) return *failure_;
  return ok();
}

void RestoreBatch::work() {
  BlobOpener opener(repository_.key());
  for (std::size_t i = next_++; i < stretches_.size() && !failed_; i = next_++) {
    if (stop_.stop_requested())
      return fail(Error(ErrorCode::Cancelled, "the restore was cancelled"));
    if (auto fetched = fetch(stretches_[i], opener); !fetched) return fail(fetched.error());
  }
}

void RestoreBatch::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  failed_ = true;
}

Status RestoreBatch::fetch(const Stretch& stretch, BlobOpener& opener) {
  const auto& first = parts_[stretch.begin].blob;
  const std::uint64_t end = endOf(parts_[stretch.end - 1].blob);
  auto range = repository_.files().load(FileKind::Pack, repository_.index().packId(first.pack()),
                                        first.offset(), end - first.offset());
  // Where the pack is damaged or gone, another may have its blobs: looked for one by one.
  if (!range && range.error().retryable()) return range.error();
  Bytes none, other;
  std::span<const std::byte> bytes;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    const Part& part = parts_[i];
    if (i == stretch.begin || part.blob.offset() != parts_[i - 1].blob.offset()) {
      auto opened = content(part, range ? *range : none, first.offset(), opener, other);
      if (!opened) return opened.error().within(files_[part.file].path);
      bytes = *opened;
    }
    if (auto written = write(part, bytes); !written) return written;
  }
  return ok();
}

Result<std::span<const std::byte>> RestoreBatch::content(const Part& part, Bytes& range,
                                                         std::uint64_t rangeBegin,
                                                         BlobOpener& opener, Bytes& other) {
  if (!range.empty()) {
    auto opened =
        opener.open(part.blob.entry(),
                    std::span(range).subspan(part.blob.offset() - rangeBegin, part.blob.length()));
    if (opened) return opened;
  }
  auto loaded = repository_.loadBlob(BlobType::Data, part.blob.id());
  if (!loaded) return loaded.error();
  other = std::move(*loaded);
  return std::span<const std::byte>(other);
}

Status RestoreBatch::write(const Part& part, std::span<const std::byte> content) {
  File& file = files_[part.file];
  const std::lock_guard lock(writing_[part.file % writing_.size()]);
  if (file.left == 1) {  // all other parts are written
    auto done = restorer_.finishFile(file.path, file.node, file.size, part.offset, content);
    if (!done) return done;
    (*advanced_)(content.size(), true);
    return ok();
  }
  if (auto written = restorer_.writeAt(file.path, part.offset, content); !written) return written;
  const bool last = file.left.fetch_sub(1) == 1;
  if (last) {
    auto done = restorer_.finishFile(file.path, file.node, file.size, part.offset, {});
    if (!done) return done;
  }
  (*advanced_)(content.size(), last);
  return ok();
}

}  // namespace shopkeeper::backup
