#include "sidecar/proxy/hang_watch.h"

#include <algorithm>

namespace shopkeeper::sidecar {
namespace {

struct Rule {
  std::chrono::milliseconds least;
  double tails;  // times the p99
};
constexpr Rule kSeveral{std::chrono::milliseconds(250), 4};
constexpr Rule kOne{std::chrono::milliseconds(400), 8};

}  // namespace

int WaitingTries::add(MonotonicTime now) {
  int token = free_;
  if (token == kNone) {
    token = static_cast<int>(nodes_.size());
    nodes_.emplace_back();
  } else {
    free_ = at(token).next;
  }
  at(token) = {now, last_, kNone};
  (last_ == kNone ? first_ : at(last_).next) = token;
  last_ = token;
  ++count_;
  return token;
}

void WaitingTries::remove(int token) {
  const Node node = at(token);
  (node.previous == kNone ? first_ : at(node.previous).next) = node.next;
  (node.next == kNone ? last_ : at(node.next).previous) = node.previous;
  at(token).next = free_;
  free_ = token;
  --count_;
}

Duration hangLimit(double upstreamP99Ms, std::size_t waiting) {
  const Rule& rule = waiting > 1 ? kSeveral : kOne;
  const auto slow = std::chrono::duration<double, std::milli>(rule.tails * upstreamP99Ms);
  return std::max<Duration>(rule.least, std::chrono::duration_cast<Duration>(slow));
}

bool HangWatch::hangs(const WaitingTries& waiting, MonotonicTime lastAnswer,
                      std::uint64_t peerAnswers, Duration limit, MonotonicTime now) {
  if (waiting.count() == 0) {
    watching_ = false;
    return false;
  }
  const MonotonicTime since = std::max(waiting.oldest(), lastAnswer);
  if (!watching_ || since != since_) {
    watching_ = true;
    since_ = since;
    before_ = peerAnswers;
    return false;
  }
  return now - since_ >= limit && answersMeanwhile(peerAnswers) >= kPeerAnswers;
}

}  // namespace shopkeeper::sidecar
