// Getting hold of the store's file: the directory, the lock, the checks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/result.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

// An exclusive lock on "<directory>/knowledge.lock" for as long as it lives: two knowledge services
// on one volume would both believe that they own the record. Ends with the process, however it
// ends.
class DirectoryLock {
 public:
  static Result<std::unique_ptr<DirectoryLock>> take(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  const int fd_;
};

// The writer's connection to `path`, checked (up to `checkUpTo` bytes) and migrated.
Result<std::unique_ptr<Database>> openForWriting(const std::string& path, std::uint64_t checkUpTo);

}  // namespace shopkeeper::knowledge
