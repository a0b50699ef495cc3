#include "sidecar/backup/chunk_pipeline.h"

#include "sidecar/backup/repository/sha256.h"

namespace shopkeeper::backup {

ChunkPipeline::ChunkPipeline(BackupState& state, const SealingKey& key, unsigned workers,
                             int compression, std::size_t jobBytes)
    : state_(state), jobs_(workers + 2) {
  for (std::size_t i = 0; i < jobs_; ++i) free_.push_back(std::make_unique<ChunkJob>(jobBytes));
  for (unsigned i = 0; i < workers; ++i) {
    threads_.emplace_back(
        [this, key, compression](const std::stop_token& stop) { work(stop, key, compression); });
  }
}

ChunkPipeline::~ChunkPipeline() {
  for (auto& thread : threads_) thread.request_stop();
}

std::unique_ptr<ChunkJob> ChunkPipeline::obtain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !free_.empty(); });
  auto job = std::move(free_.back());
  free_.pop_back();
  return job;
}

void ChunkPipeline::submit(std::unique_ptr<ChunkJob> job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void ChunkPipeline::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return free_.size() == jobs_; });
}

void ChunkPipeline::work(const std::stop_token& stop, const SealingKey& key, int compression) {
  BlobSealer sealer(key, compression);
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
    auto job = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    lock.unlock();
    process(*job, sealer);
    job->buffer.trim(job->used);
    job->used = 0;
    job->pieces.clear();
    lock.lock();
    free_.push_back(std::move(job));
    changed_.notify_all();
  }
}

void ChunkPipeline::process(ChunkJob& job, BlobSealer& sealer) {
  for (auto& piece : job.pieces) {
    const std::span<const std::byte> content(job.buffer.data() + piece.offset, piece.size);
    *piece.id = sha256(content);
    if (!state_.failed()) {
      if (auto put = state_.writer.put(BlobType::Data, *piece.id, content, sealer); !put) {
        state_.fail(put.error());
      }
    }
    state_.bytes.fetch_add(piece.size, std::memory_order_relaxed);
    piece.file->release(state_, sealer);
  }
}

}  // namespace shopkeeper::backup
