// Does an endpoint hang: it holds requests and says nothing, while its peers answer? Pure.
//
// The rule: it has requests without an answer and has answered nothing, since the oldest of them
// began or since its last answer, for
//   max(250 ms, 4 x the upstream's p99)  where there are at least two of them,
//   max(400 ms, 8 x the upstream's p99)  where there is one, which may just be a slow one;
// and its peers gave at least five answers in that time. A slow request at an endpoint that goes on
// answering others is therefore no hang, nor is silence of all peers (a shared dependency, or we
// ourselves were stopped). Where the rule errs the endpoint is back with its next answer. At 100
// requests a second over three endpoints a stopped one is found within half a second.
#pragma once

#include <cstdint>
#include <vector>

#include "common/clock.h"

namespace shopkeeper::sidecar {

// The tries of one endpoint that wait for an answer, oldest first. add and remove are O(1) and
// allocate only when there are more than ever before. Not thread-safe.
class WaitingTries {
 public:
  static constexpr int kNone = -1;

  // `now` never goes back. The token is for remove().
  int add(MonotonicTime now);
  void remove(int token);
  std::size_t count() const { return count_; }
  MonotonicTime oldest() const { return nodes_[static_cast<std::size_t>(first_)].since; }

 private:
  struct Node {
    MonotonicTime since;
    int previous = kNone;
    int next = kNone;
  };
  Node& at(int token) { return nodes_[static_cast<std::size_t>(token)]; }

  std::vector<Node> nodes_;
  int first_ = kNone;
  int last_ = kNone;
  int free_ = kNone;
  std::size_t count_ = 0;
};

// How long an endpoint may be silent with so many requests waiting.
Duration hangLimit(double upstreamP99Ms, std::size_t waiting);

// Not thread-safe.
class HangWatch {
 public:
  static constexpr std::uint64_t kPeerAnswers = 5;

  // To be asked every now and then. `peerAnswers`: answers of the peers so far, ever growing.
  bool hangs(const WaitingTries& waiting, MonotonicTime lastAnswer, std::uint64_t peerAnswers,
             Duration limit, MonotonicTime now);
  Duration silence(MonotonicTime now) const { return now - since_; }
  std::uint64_t answersMeanwhile(std::uint64_t peerAnswers) const { return peerAnswers - before_; }

 private:
  bool watching_ = false;
  MonotonicTime since_{};
  std::uint64_t before_ = 0;  // the peers' answers when the silence was first seen
};

}  // namespace shopkeeper::sidecar
