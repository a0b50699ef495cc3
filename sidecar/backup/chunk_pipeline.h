// From bytes that were read to blobs that are stored: hash, look up, compress, seal, pack.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sidecar/backup/pending_tree.h"
#include "sidecar/backup/repository/large_buffer.h"

namespace shopkeeper::backup {

// Chunks of one or more files, side by side in memory.
struct ChunkJob {
  struct Piece {
    std::shared_ptr<PendingFile> file;
    Id* id;
    std::size_t offset, size;
  };
  explicit ChunkJob(std::size_t capacity) : buffer(capacity) {}

  LargeBuffer buffer;
  std::size_t used = 0;
  std::vector<Piece> pieces;
};

// One thread reads and submits; `workers` threads do the rest. Memory is that of `workers` + 2
// jobs.
class ChunkPipeline {
 public:
  ChunkPipeline(BackupState& state, const SealingKey& key, unsigned workers, int compression,
                std::size_t jobBytes);
  // Drops what is not begun; waits for what is.
  ~ChunkPipeline();

  // An empty job; blocks until one is free.
  std::unique_ptr<ChunkJob> obtain();
  void submit(std::unique_ptr<ChunkJob> job);
  // All that was submitted is done.
  void drain();

 private:
  void work(const std::stop_token& stop, const SealingKey& key, int compression);
  void process(ChunkJob& job, BlobSealer& sealer);

  BackupState& state_;
  const std::size_t jobs_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<ChunkJob>> free_, waiting_;
  std::vector<std::jthread> threads_;
};

}  // namespace shopkeeper::backup
