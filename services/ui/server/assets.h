// The files of the page, embedded, compressed once, named by their content.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "common/embedded_file.h"
#include "common/http/message.h"

namespace shopkeeper::ui {

// Immutable; thread-safe. Files are served under /assets/<digest>/<name>, where the digest is that
// of all files together: modules import each other by plain relative names, and a new version of
// any file gives all of them new, forever cacheable addresses.
class Assets {
 public:
  explicit Assets(std::span<const EmbeddedFile> files);

  // "/assets/<digest>/", to prefix a name with.
  const std::string& base() const { return base_; }

  // 200, 304 or 404. A right name under another digest is a page of another version asking (a
  // release is rolling): it gets this version's file, not to be kept.
  http::Response serve(const http::Request& request, const std::string& digest,
                       const std::string& name) const;

 private:
  struct File {
    std::string body;
    std::string compressed;  // gzip; empty where it would not be smaller
    std::string type;
    std::string tag;
  };
  std::map<std::string, File, std::less<>> files_;
  std::string digest_;
  std::string base_;
};

// gzip of the text, or "" where zlib refuses.
std::string gzip(std::string_view text);

// First 16 hex digits of SHA-256.
std::string shortDigest(std::string_view text);

}  // namespace shopkeeper::ui
