#include "sidecar/backup/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sidecar/backup/file_metadata.h"
#include "sidecar/backup/storage/posix_file.h"

namespace shopkeeper::backup {
namespace {

// Read and looked at while it is in the second-level cache.
constexpr std::size_t kStep = std::size_t{256} << 10;
// Files up to a step share jobs of that many bytes and pieces.
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
constexpr std::size_t kBatchPieces = 64;

Descriptor openToRead(const std::string& path) {
  // A file that became a FIFO must not hang us. Where the file is not ours its access time changes.
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor fd(::open(path.c_str(), kFlags | O_NOATIME));
  if (!fd.valid() && errno == EPERM) fd = Descriptor(::open(path.c_str(), kFlags));
  return fd;
}

}  // namespace

FileReader::FileReader(ChunkPipeline& pipeline, const Cutter& cutter, BackupState& state,
                       const SealingKey& key, int compression, std::stop_token stop)
    : pipeline_(pipeline),
      cutter_(cutter),
      state_(state),
      sealer_(key, compression),
      stop_(std::move(stop)) {}

std::size_t FileReader::jobBytes(const Cutter& cutter) { return cutter.maximum() + kStep; }

Status FileReader::read(const std::string& path, const std::shared_ptr<PendingTree>& tree,
                        std::size_t slot, Node node) {
  const Descriptor fd = openToRead(path);
  if (!fd.valid()) {
    return errno == ELOOP ? fileError("read " + path, ENOENT) : fileError("read " + path, errno);
  }
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return fileError("read " + path, errno);
  if (!S_ISREG(status.st_mode)) return fileError("read " + path, ENOENT);
  // Times from before the reading: a file written to meanwhile differs at the next run.
  node.modified = node.accessed = timestampOf(status.st_mtim);
  node.changed = timestampOf(status.st_ctim);
  node.inode = status.st_ino;
  node.size = 0;
  const auto file = std::make_shared<PendingFile>(tree, slot, std::move(node));
  const auto size = static_cast<std::size_t>(status.st_size);
  bool whole = false;
  Status done = ok();
  if (size <= kStep) done = readSmall(fd.get(), size, file, path, whole);
  if (done && !whole) done = readLarge(fd.get(), file, path);
  file->release(state_, sealer_);
  return done;
}

Status FileReader::readSmall(int fd, std::size_t expected, const std::shared_ptr<PendingFile>& file,
                             const std::string& path, bool& whole) {
  if (batch_ &&
      (batch_->used + expected + 1 > kBatchBytes || batch_->pieces.size() >= kBatchPieces)) {
    submit(batch_);
  }
  if (!batch_) batch_ = pipeline_.obtain();
  // One byte more than there should be shows the end.
  const auto got = readAt(fd, 0, {batch_->buffer.data() + batch_->used, expected + 1});
  if (got < 0) return fileError("read " + path, static_cast<int>(-got));
  const auto size = static_cast<std::size_t>(got);
  whole = size <= expected;
  if (!whole || size == 0) return ok();
  batch_->pieces.push_back({file, file->addChunk(), batch_->used, size});
  batch_->used += size;
  file->node().size = size;
  return ok();
}

Status FileReader::readLarge(int fd, const std::shared_ptr<PendingFile>& file,
                             const std::string& path) {
  flush();
  auto job = pipeline_.obtain();
  std::uint64_t offset = 0;
  for (std::size_t looked = 0;;) {
    const auto got = readAt(fd, offset, {job->buffer.data() + job->used, kStep});
    if (got < 0 || stop_.stop_requested() || state_.failed()) {
      job->pieces.clear();
      submit(job);
      return got < 0 ? fileError("read " + path, static_cast<int>(-got)) : ok();
    }
    offset += static_cast<std::uint64_t>(got);
    job->used += static_cast<std::size_t>(got);
    while (const std::size_t cut = cutter_.find(job->buffer.data(), looked, job->used)) {
      auto next = pipeline_.obtain();
      next->used = job->used - cut;
      std::memcpy(next->buffer.data(), job->buffer.data() + cut, next->used);
      job->pieces.push_back({file, file->addChunk(), 0, cut});
      submit(job);
      job = std::move(next);
      looked = 0;
    }
    looked = job->used;
    if (static_cast<std::size_t>(got) < kStep) break;
  }
  if (job->used > 0) job->pieces.push_back({file, file->addChunk(), 0, job->used});
  submit(job);
  file->node().size = offset;
  return ok();
}

void FileReader::submit(std::unique_ptr<ChunkJob>& job) { pipeline_.submit(std::move(job)); }

void FileReader::flush() {
  if (batch_) submit(batch_);
}

}  // namespace shopkeeper::backup
