// Some files of a restore: which parts of which packs they are made of, and making them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "sidecar/backup/file_restorer.h"
#include "sidecar/backup/repository/repository.h"

namespace shopkeeper::backup {

// Blobs are fetched pack by pack, neighbours in one request, each checked against its hash before
// anything of it is written. Used once: add files, then run.
class RestoreBatch {
 public:
  RestoreBatch(Repository& repository, FileRestorer& restorer, std::stop_token stop);

  // A file that has content. NotFound, with the file's path, where a blob is in no pack.
  Status add(std::string path, Node node);

  // Large enough to run: what bounds the memory of a restore.
  bool full() const;
  bool empty() const { return files_.empty(); }

  // By `threads` threads. The first failure ends it. `advanced` is told bytes and whole files as
  // they are written, by any of the threads.
  Status run(unsigned threads, const std::function<void(std::uint64_t bytes, bool file)>& advanced);

 private:
  struct File {
    std::string path;
    Node node;
    std::uint64_t size = 0;
    std::atomic<std::uint32_t> left{0};  // parts
  };
  struct Part {
    BlobIndex::Location blob;
    std::uint32_t file;
    std::uint64_t offset;  // in the file
  };
  // Parts next to each other in one pack.
  struct Stretch {
    std::size_t begin, end;  // of parts_
  };

  std::vector<Stretch> stretches();
  void work();
  Status fetch(const Stretch& stretch, BlobOpener& opener);
  Result<std::span<const std::byte>> content(const Part& part, Bytes& range,
                                             std::uint64_t rangeBegin, BlobOpener& opener,
                                             Bytes& other);
  Status write(const Part& part, std::span<const std::byte> content);
  void fail(Error error);

  Repository& repository_;
  FileRestorer& restorer_;
  const std::stop_token stop_;
  std::deque<File> files_;
  std::vector<Part> parts_;
  std::vector<Stretch> stretches_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  // By the file's number: threads that write to one file would spin in the kernel for its lock.
  std::array<std::mutex, 16> writing_;
  std::mutex mutex_;
  std::optional<Error> failure_;
  const std::function<void(std::uint64_t, bool)>* advanced_ = nullptr;
};

}  // namespace shopkeeper::backup
