// Reads files, cuts them, and hands the chunks on.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "sidecar/backup/chunk_pipeline.h"
#include "sidecar/backup/repository/cutter.h"

namespace shopkeeper::backup {

// For the one thread that walks.
class FileReader {
 public:
  FileReader(ChunkPipeline& pipeline, const Cutter& cutter, BackupState& state,
             const SealingKey& key, int compression, std::stop_token stop);

  // How large the pipeline's jobs must be.
  static std::size_t jobBytes(const Cutter& cutter);

  // Submits the file's chunks; `node`, which lstat described, gets the size and times of what was
  // read. NotFound where the file is gone or has become something else. Small files wait for each
  // other; flush() at the end.
  Status read(const std::string& path, const std::shared_ptr<PendingTree>& tree, std::size_t slot,
              Node node);
  void flush();

  BlobSealer& sealer() { return sealer_; }

 private:
  Status readSmall(int fd, std::size_t expected, const std::shared_ptr<PendingFile>& file,
                   const std::string& path, bool& whole);
  Status readLarge(int fd, const std::shared_ptr<PendingFile>& file, const std::string& path);
  void submit(std::unique_ptr<ChunkJob>& job);

  ChunkPipeline& pipeline_;
  const Cutter& cutter_;
  BackupState& state_;
  BlobSealer sealer_;  // for listings that this thread completes
  const std::stop_token stop_;
  std::unique_ptr<ChunkJob> batch_;
};

}  // namespace shopkeeper::backup
