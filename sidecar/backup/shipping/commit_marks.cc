#include "sidecar/backup/shipping/commit_marks.h"

#include <algorithm>

namespace shopkeeper::backup {

void CommitMarks::note(const LogSalt& salt, WallTime time, std::uint64_t end) {
  if (any_ && salt == lastSalt_ && end == last_.end) return;
  last_ = {any_ ? std::max(time, last_.time) : time, end};
  lastSalt_ = salt;
  any_ = true;
  if (end == 0) return;  // a log without a commit yet
  noted_.push_back({salt, last_});
  if (noted_.size() < kMost) return;
  std::size_t kept = 0;
  for (std::size_t i = 1; i < noted_.size(); i += 2) noted_[kept++] = noted_[i];
  noted_.resize(kept);
}

std::vector<CommitMark> CommitMarks::take(const LogSalt& salt, std::uint64_t end) {
  std::vector<CommitMark> taken;
  const auto first = std::find_if(noted_.begin(), noted_.end(),
                                  [&](const Noted& noted) { return noted.salt == salt; });
  auto at = first;
  for (; at != noted_.end() && at->salt == salt && at->mark.end <= end; ++at) {
    taken.push_back(at->mark);
  }
  if (first != noted_.end()) noted_.erase(noted_.begin(), at);
  return taken;
}

bool CommitMarks::seenBeyond(const LogSalt& salt, std::uint64_t end) const {
  return std::any_of(noted_.begin(), noted_.end(), [&](const Noted& noted) {
    return noted.salt == salt && noted.mark.end > end;
  });
}

}  // namespace shopkeeper::backup
