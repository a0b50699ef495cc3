#include "services/catalog/bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace shopkeeper::catalog {
namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~FileSource() override { ::close(fd_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    while (true) {
      const ssize_t got = ::read(fd_, buffer, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR) continue;
      return Error(ErrorCode::Unavailable,
                   "file \"" + path_ + "\" cannot be read: " + std::strerror(errno));
    }
  }

 private:
  const int fd_;
  const std::string path_;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t count = rest_.copy(buffer, size);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

class InflatingSource final : public ByteSource {
 public:
  InflatingSource(std::unique_ptr<ByteSource> packed, std::uint64_t maxBytes)
      : packed_(std::move(packed)), maxBytes_(maxBytes) {}
  ~InflatingSource() override {
    if (mode_ == Mode::Gzip) inflateEnd(&stream_);
  }
  InflatingSource(const InflatingSource&) = delete;
  InflatingSource& operator=(const InflatingSource&) = delete;

  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (mode_ == Mode::Unknown) {
      if (const Status known = lookAtMagic(); !known) return known.error();
    }
    auto count = mode_ == Mode::Gzip ? unpack(buffer, size) : pass(buffer, size);
    if (!count) return count;
    produced_ += *count;
    if (produced_ > maxBytes_) {
      return Error(ErrorCode::TooLarge,
                   "the content is larger than " + std::to_string(maxBytes_) + " bytes");
    }
    return count;
  }

 private:
  enum class Mode { Unknown, Plain, Gzip };

  Status refill() {
    const auto got = packed_->read(input_.data(), input_.size());
    if (!got) return got.error();
    begin_ = 0;
    end_ = *got;
    return ok();
  }

  Status lookAtMagic() {
    while (end_ < 2) {
      const auto got = packed_->read(input_.data() + end_, input_.size() - end_);
      if (!got) return got.error();
      if (*got == 0) break;
      end_ += *got;
    }
    const bool gzip = end_ >= 2 && input_[0] == '\x1f' && input_[1] == '\x8b';
    if (gzip && inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) {
      return Error(ErrorCode::Internal, "zlib cannot start");
    }
    mode_ = gzip ? Mode::Gzip : Mode::Plain;
    return ok();
  }

  Result<std::size_t> pass(char* buffer, std::size_t size) {
    if (begin_ == end_) return packed_->read(buffer, size);
    const std::size_t count = std::min(size, end_ - begin_);
    std::memcpy(buffer, input_.data() + begin_, count);
    begin_ += count;
    return count;
  }

  Result<std::size_t> unpack(char* buffer, std::size_t size) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (begin_ == end_) {
        if (const Status more = refill(); !more) return more.error();
        if (begin_ == end_) {
          if (memberDone_) return std::size_t{0};
          return Error(ErrorCode::Corrupt, "the gzip data ends too early");
        }
      }
      if (memberDone_) {  // another member follows
        inflateReset(&stream_);
        memberDone_ = false;
      }
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + begin_);
      stream_.avail_in = static_cast<uInt>(end_ - begin_);
      const int code = inflate(&stream_, Z_NO_FLUSH);
      begin_ = end_ - stream_.avail_in;
      if (code == Z_STREAM_END) {
        memberDone_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return Error(ErrorCode::Corrupt, std::string("the gzip data is damaged: ") +
                                             (stream_.msg != nullptr ? stream_.msg : "unreadable"));
      }
    }
    return static_cast<std::size_t>(wanted - stream_.avail_out);
  }

  const std::unique_ptr<ByteSource> packed_;
  const std::uint64_t maxBytes_;
  std::uint64_t produced_ = 0;
  Mode mode_ = Mode::Unknown;
  bool memberDone_ = false;
  z_stream stream_{};
  std::array<char, 64u << 10> input_{};
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> openFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  int reason = errno;
  if (fd >= 0) {
    struct stat status{};
    if (::fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode)) {
      return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(fd, path));
    }
    ::close(fd);
    reason = EISDIR;
  }
  const ErrorCode code = reason == ENOENT   ? ErrorCode::NotFound
                         : reason == EACCES ? ErrorCode::PermissionDenied
                                            : ErrorCode::Unavailable;
  return Error(code, "file \"" + path + "\" cannot be opened: " + std::strerror(reason));
}

std::unique_ptr<ByteSource> memorySource(std::string_view bytes) {
  return std::make_unique<MemorySource>(bytes);
}

std::unique_ptr<ByteSource> inflated(std::unique_ptr<ByteSource> packed, std::uint64_t maxBytes) {
  return std::make_unique<InflatingSource>(std::move(packed), maxBytes);
}

}  // namespace shopkeeper::catalog
