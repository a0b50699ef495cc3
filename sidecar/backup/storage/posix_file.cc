#include "sidecar/backup/storage/posix_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace shopkeeper::backup {

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Error fileError(const std::string& doing, int why) {
  const std::string message = "cannot " + doing + ": ";
  switch (why) {
    case ENOSPC:
      return Error(ErrorCode::TooLarge, message + "the disk is full");
    case EDQUOT:
      return Error(ErrorCode::TooLarge, message + "the disk quota is used up");
    case EROFS:
      return Error(ErrorCode::PermissionDenied, message + "the file system is read-only");
    case EACCES:
    case EPERM:
      return Error(ErrorCode::PermissionDenied,
                   message + std::strerror(why) + "; check the owner and the rights");
    case ENOENT:
    case ENOTDIR:
      return Error(ErrorCode::NotFound, message + std::strerror(why));
    case EEXIST:
      return Error(ErrorCode::AlreadyExists, message + std::strerror(why));
    default:
      return Error(ErrorCode::Unavailable, message + std::strerror(why));
  }
}

int writeAll(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

std::int64_t readAt(int fd, std::uint64_t offset, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -errno;
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return static_cast<std::int64_t>(done);
}

}  // namespace shopkeeper::backup
