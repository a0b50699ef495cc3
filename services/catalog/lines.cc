#include "services/catalog/lines.h"

namespace shopkeeper::catalog {
namespace {
constexpr std::size_t kChunk = 64u << 10;
}

Result<bool> LineReader::next(std::string_view& line) {
  tooLong_ = false;
  std::size_t searched = begin_;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos || (ended_ && begin_ < buffer_.size())) {
      const std::size_t stop = end == std::string::npos ? buffer_.size() : end;
      line = std::string_view(buffer_).substr(begin_, stop - begin_);
      if (line.size() > maxLineBytes_) tooLong_ = true;
      if (tooLong_) line = {};
      if (line.ends_with('\r')) line.remove_suffix(1);
      begin_ = stop + (end == std::string::npos ? 0 : 1);
      ++number_;
      return true;
    }
    if (ended_) {
      if (!tooLong_) return false;
      tooLong_ = true;  // the skipped line was the last one
      line = {};
      ++number_;
      return true;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    if (buffer_.size() > maxLineBytes_) {  // keep none of it, go on to its end
      tooLong_ = true;
      buffer_.clear();
    }
    searched = buffer_.size();
    buffer_.resize(searched + kChunk);
    const auto got = source_.read(buffer_.data() + searched, kChunk);
    buffer_.resize(searched + (got ? *got : 0));
    if (!got) return got.error();
    ended_ = *got == 0;
  }
}

}  // namespace shopkeeper::catalog
