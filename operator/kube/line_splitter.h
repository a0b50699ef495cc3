// Cuts a stream of bytes into lines, however the pieces fall.
#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::kube {

// Not thread-safe. Lines within one piece are not copied.
class LineSplitter {
 public:
  // etcd holds 1.5 MiB an object and the API server takes 3 MiB a request; JSON escapes may double
  // that.
  static constexpr std::size_t kMaxLine = 16u << 20;

  explicit LineSplitter(std::size_t maxLine = kMaxLine) : maxLine_(maxLine) {}

  // Calls take(line) for every line that `piece` completes, without its end (\n or \r\n) and
  // without blank lines, until take returns false. Returns false then, and where a line grows over
  // the limit: see tooLong().
  template <class Take>
  bool feed(std::string_view piece, Take&& take) {
    while (!piece.empty()) {
      const auto end = piece.find('\n');
      const auto part = piece.substr(0, end);
      if (rest_.size() + part.size() > maxLine_) {
        tooLong_ = true;
        return false;
      }
      if (end == std::string_view::npos) {
        rest_.append(part);
        return true;
      }
      piece.remove_prefix(end + 1);
      bool goOn;
      if (rest_.empty()) {
        goOn = emit(part, take);
      } else {
        rest_.append(part);
        const std::string whole = std::move(rest_);
        rest_.clear();
        goOn = emit(whole, take);
      }
      if (!goOn) return false;
    }
    return true;
  }

  bool tooLong() const { return tooLong_; }
  // A line has begun and not ended.
  bool pending() const { return !rest_.empty(); }

 private:
  template <class Take>
  static bool emit(std::string_view line, Take& take) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line.empty() || take(line);
  }

  const std::size_t maxLine_;
  std::string rest_;
  bool tooLong_ = false;
};

}  // namespace shopkeeper::kube
