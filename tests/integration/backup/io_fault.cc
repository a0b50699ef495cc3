// Preloaded into a program: ends or fails it at the N-th of its calls that change a file system.
//   IO_FAULT_KILL=N   SIGKILL before the call; of a write, after half of its bytes
//   IO_FAULT_FULL=N   from that call on, nothing can be written: ENOSPC
//   IO_FAULT_COUNT=F  writes the number of such calls to the file F at the end
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace {

long setting(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? 0 : std::atol(text);
}

std::atomic<long> calls{0};
const long killAt = setting("IO_FAULT_KILL");
const long fullAt = setting("IO_FAULT_FULL");

struct Count {
  ~Count() {
    const char* const path = std::getenv("IO_FAULT_COUNT");
    if (path == nullptr) return;
    if (FILE* const file = std::fopen(path, "w")) {
      std::fprintf(file, "%ld\n", calls.load());
      std::fclose(file);
    }
  }
} count;

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// True where the call is to fail for want of room.
bool boundary() {
  const long now = ++calls;
  if (now == killAt) ::kill(::getpid(), SIGKILL);
  if (fullAt != 0 && now >= fullAt) errno = ENOSPC;
  return fullAt != 0 && now >= fullAt;
}

}  // namespace

extern "C" {
#define INTERCEPT __attribute__((visibility("default")))

INTERCEPT ssize_t write(int fd, const void* bytes, size_t size) {
  static const auto real = next<ssize_t(int, const void*, size_t)>("write");
  struct stat status;
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return real(fd, bytes, size);
  if (calls + 1 == killAt) (void)!real(fd, bytes, size / 2);
  return boundary() ? -1 : real(fd, bytes, size);
}

INTERCEPT ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static const auto real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  if (calls + 1 == killAt) (void)!real(fd, bytes, size / 2, offset);
  return boundary() ? -1 : real(fd, bytes, size, offset);
}

INTERCEPT int fsync(int fd) {
  static const auto real = next<int(int)>("fsync");
  return boundary() ? -1 : real(fd);
}

INTERCEPT int openat(int directory, const char* path, int flags, ...) {
  static const auto real = next<int(int, const char*, int, ...)>("openat");
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if ((flags & O_CREAT) != 0 && boundary()) return -1;
  return real(directory, path, flags, mode);
}

INTERCEPT int mkdirat(int directory, const char* path, mode_t mode) {
  static const auto real = next<int(int, const char*, mode_t)>("mkdirat");
  return boundary() ? -1 : real(directory, path, mode);
}

INTERCEPT int renameat2(int from, const char* name, int to, const char* newName, unsigned flags) {
  static const auto real = next<int(int, const char*, int, const char*, unsigned)>("renameat2");
  return boundary() ? -1 : real(from, name, to, newName, flags);
}

INTERCEPT int renameat(int from, const char* name, int to, const char* newName) {
  static const auto real = next<int(int, const char*, int, const char*)>("renameat");
  return boundary() ? -1 : real(from, name, to, newName);
}

INTERCEPT int unlinkat(int directory, const char* path, int flags) {
  static const auto real = next<int(int, const char*, int)>("unlinkat");
  // A full disk lets files be removed.
  if (fullAt == 0) boundary();
  return real(directory, path, flags);
}
}
