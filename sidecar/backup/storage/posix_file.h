// Descriptors and whole reads and writes, with errors as sentences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "common/result.h"

namespace shopkeeper::backup {

// Owns a file descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

// "cannot write X: the disk is full": an errno as our error. TooLarge for a full disk or quota,
// PermissionDenied for rights and read-only media, NotFound, AlreadyExists, else Unavailable.
Error fileError(const std::string& doing, int why);

// All bytes, or the errno.
int writeAll(int fd, std::span<const std::byte> bytes);

// Fills `into` from `offset`; fewer bytes only at the file's end. -errno on failure.
std::int64_t readAt(int fd, std::uint64_t offset, std::span<std::byte> into);

}  // namespace shopkeeper::backup
