// A copy of an answer's body on its way, to be kept or compared. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shopkeeper::sidecar {

// Not thread-safe.
class AnswerCapture {
 public:
  // From now on, up to `bytes`; the largest wish counts. To be said before the first add().
  void wish(std::size_t bytes) {
    on_ = true;
    limit_ = std::max(limit_, bytes);
  }
  // Gives up on a body that is too long.
  void add(const std::vector<std::string_view>& pieces) {
    if (!on_) return;
    for (const std::string_view piece : pieces) bytes_.append(piece);
    if (bytes_.size() <= limit_) return;
    on_ = false;
    bytes_ = {};
  }
  // All that was added is here.
  bool whole() const { return on_; }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  bool on_ = false;
  std::size_t limit_ = 0;
  std::string bytes_;
};

}  // namespace shopkeeper::sidecar
