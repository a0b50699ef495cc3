#include "sidecar/agent/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace shopkeeper::sidecar {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error failed(const char* doing, const std::string& path) {
  const int why = errno;
  return Error(why == ENOENT ? ErrorCode::NotFound : ErrorCode::Unavailable,
               std::string(doing) + " " + path + ": " + std::strerror(why));
}

bool writeAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> readSmallFile(const std::string& path, std::size_t maxBytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return failed("cannot open", path);
  std::string content;
  char block[16 << 10];
  for (;;) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read", path);
    if (got == 0) return content;
    content.append(block, static_cast<std::size_t>(got));
    if (content.size() > maxBytes) {
      return Error(ErrorCode::TooLarge,
                   path + " has more than " + std::to_string(maxBytes) + " bytes");
    }
  }
}

Status replaceFile(const std::string& directory, const std::string& name,
                   std::string_view content) {
  const std::string path = directory + "/" + name;
  const std::string beside = path + ".new";
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.valid()) return failed("cannot create", beside);
    if (!writeAll(file.get(), content) || ::fsync(file.get()) != 0) {
      return failed("cannot write", beside);
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
  const Descriptor parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.valid() || ::fsync(parent.get()) != 0) return failed("cannot sync", directory);
  return ok();
}

}  // namespace shopkeeper::sidecar
