#include "services/knowledge/download.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/http/router.h"
#include "services/catalog/digest.h"

namespace shopkeeper::knowledge {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = 1u << 30;
constexpr std::chrono::milliseconds kSilence{30'000};  // between two pieces

// A file that is being written; removed unless it was put in place.
class Partial {
 public:
  explicit Partial(std::string path)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)) {}
  ~Partial() {
    if (fd_ >= 0) ::close(fd_);
    if (!placed_) ::unlink(path_.c_str());
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;

  Status write(std::string_view bytes) {
    size_ += bytes.size();
    if (size_ > kMaxBytes) {
      return Error(ErrorCode::TooLarge,
                   "it is larger than " + std::to_string(kMaxBytes) + " bytes");
    }
    while (!bytes.empty()) {
      const ssize_t put = fd_ < 0 ? -1 : ::write(fd_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failure();
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return ok();
  }

  Status place(const std::string& path) {
    if (fd_ < 0 || ::fsync(fd_) != 0 || std::rename(path_.c_str(), path.c_str()) != 0) {
      return failure();
    }
    placed_ = true;
    return ok();
  }

 private:
  Error failure() const {
    return Error(ErrorCode::Unavailable,
                 "file \"" + path_ + "\" cannot be written: " + std::strerror(errno));
  }

  const std::string path_;
  const int fd_;
  std::uint64_t size_ = 0;
  bool placed_ = false;
};

std::string directoryFor(const std::string& directory) {
  std::error_code ignored;  // a failure shows when the file is written
  fs::create_directories(fs::path(directory) / "downloads", ignored);
  return (fs::path(directory) / "downloads").string();
}

// {"etag","lastModified"} beside the file; anything unreadable only costs a full download.
nlohmann::json readMarks(const std::string& path) {
  std::ifstream in(path);
  auto marks = nlohmann::json::parse(in, nullptr, false);
  return marks.is_object() ? marks : nlohmann::json::object();
}

std::string digestOf(const std::string& text) {
  catalog::Sha256 digest;
  digest.add(text);
  return digest.hex();
}

}  // namespace

Result<UrlParts> splitUrl(const std::string& url) {
  const Error wrong(ErrorCode::InvalidArgument,
                    "catalogue address \"" + url + "\" must be http://HOST[:PORT]/PATH or https");
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return wrong;
  const std::string_view name(url.data(), scheme);
  if (name != "http" && name != "https") return wrong;
  const auto slash = url.find('/', scheme + 3);
  UrlParts parts{url.substr(0, slash), slash == std::string::npos ? "/" : url.substr(slash)};
  if (parts.base.size() == scheme + 3 || url.find_first_of("# \"<>\r\n\t") != std::string::npos ||
      parts.base.find_first_of("@?") != std::string::npos) {
    return wrong;
  }
  return parts;
}

Download::Download(std::string url, const std::string& directory, ClientFactory clients)
    : url_(std::move(url)),
      path_(directoryFor(directory) + "/" + digestOf(url_).substr(0, 16)),
      clients_(std::move(clients)) {}

std::string Download::file() const { return fs::exists(path_) ? path_ : ""; }

Status Download::refresh(std::stop_token stop) {
  const auto parts = splitUrl(url_);
  if (!parts) return parts.error();
  auto client = clients_(parts->base);
  if (!client) return client.error().within(url_);

  http::Request request;
  request.target = parts->target;
  if (!file().empty()) {
    const auto marks = readMarks(path_ + ".json");
    for (const auto& [mark, header] :
         {std::pair{"etag", "If-None-Match"}, std::pair{"lastModified", "If-Modified-Since"}}) {
      if (marks.contains(mark) && marks[mark].is_string()) {
        request.headers.set(header, marks[mark].get<std::string>());
      }
    }
  }
  Partial partial(path_ + ".new");
  Status written = ok();
  http::CallOptions options;
  options.timeout = kSilence;
  options.stop = stop;
  const auto response = (*client)->stream(request, options, [&](std::string_view chunk) {
    written = partial.write(chunk);
    return written.has_value();
  });
  if (!response) return response.error().within(url_);
  if (!written) return written.error().within(url_);
  if (response->status == 304) return ok();
  if (response->status != 200) {
    return http::errorFromStatus(response->status,
                                 url_ + " was answered " + std::to_string(response->status));
  }
  // Without the marks the next refresh downloads again, which is safe; old marks are not.
  ::unlink((path_ + ".json").c_str());
  if (const Status placed = partial.place(path_); !placed) return placed;
  nlohmann::json marks = nlohmann::json::object();
  if (const auto etag = response->headers.get("ETag")) marks["etag"] = *etag;
  if (const auto time = response->headers.get("Last-Modified")) marks["lastModified"] = *time;
  std::ofstream(path_ + ".json") << marks.dump(-1, ' ', false,
                                               nlohmann::json::error_handler_t::replace);
  return ok();
}

}  // namespace shopkeeper::knowledge
