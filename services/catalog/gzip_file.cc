#include "services/catalog/gzip_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace shopkeeper::catalog {
namespace {

constexpr int kLevel = 1;  // a local copy: speed before size

class GzipFileImpl final : public GzipFile {
 public:
  GzipFileImpl(int fd, std::string path) : fd_(fd), path_(std::move(path)) {
    deflateInit2(&stream_, kLevel, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  }
  ~GzipFileImpl() override {
    deflateEnd(&stream_);
    ::close(fd_);
    if (!committed_) ::unlink(temporary().c_str());
  }
  GzipFileImpl(const GzipFileImpl&) = delete;
  GzipFileImpl& operator=(const GzipFileImpl&) = delete;

  Status write(std::string_view bytes) override { return pack(bytes, Z_NO_FLUSH); }

  Status commit() override {
    if (const Status rest = pack({}, Z_FINISH); !rest) return rest;
    if (::fsync(fd_) != 0) return failure("synced");
    if (std::rename(temporary().c_str(), path_.c_str()) != 0) return failure("renamed");
    committed_ = true;
    // The rename itself must survive a power cut too.
    const auto directory = std::filesystem::path(path_).parent_path();
    const int fd = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY);
    if (fd >= 0) {
      ::fsync(fd);
      ::close(fd);
    }
    return ok();
  }

 private:
  std::string temporary() const { return path_ + ".new"; }

  Error failure(const char* what) const {
    return Error(ErrorCode::Unavailable,
                 "file \"" + path_ + "\" cannot be " + what + ": " + std::strerror(errno));
  }

  Status pack(std::string_view bytes, int flush) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int code = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
      stream_.avail_out = static_cast<uInt>(output_.size());
      code = deflate(&stream_, flush);
      if (code == Z_STREAM_ERROR) return Error(ErrorCode::Internal, "zlib cannot go on");
      const Status written = writeAll({output_.data(), output_.size() - stream_.avail_out});
      if (!written) return written;
    } while (stream_.avail_out == 0 || (flush == Z_FINISH && code != Z_STREAM_END));
    return ok();
  }

  Status writeAll(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failure("written");
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return ok();
  }

  const int fd_;
  const std::string path_;
  bool committed_ = false;
  z_stream stream_{};
  std::array<char, 64u << 10> output_{};
};

}  // namespace

Result<std::unique_ptr<GzipFile>> GzipFile::create(const std::string& path) {
  const std::string temporary = path + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) {
    return Error(
        errno == EACCES || errno == EROFS ? ErrorCode::PermissionDenied : ErrorCode::Unavailable,
        "file \"" + temporary + "\" cannot be created: " + std::strerror(errno));
  }
  return std::unique_ptr<GzipFile>(std::make_unique<GzipFileImpl>(fd, path));
}

}  // namespace shopkeeper::catalog
