// Remembers answers of a TokenReviewer for a short while.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "common/clock.h"
#include "operator/control/token_reviewer.h"

namespace shopkeeper::control {

// A valid token is asked about again after a minute (so that a deleted pod's loses its right), a
// refused one after five seconds (so that guessing costs the API server little). Errors that are no
// answer are not remembered. Tokens are held as hashes. Thread-safe; `reviewer` must outlive it.
class TokenCache final : public TokenReviewer {
 public:
  struct Options {
    Duration validFor = std::chrono::seconds(60);
    Duration refusedFor = std::chrono::seconds(5);
    std::size_t maxEntries = 20'000;
  };
  TokenCache(TokenReviewer& reviewer, Options options, const Clock& clock);

  Result<PodIdentity> review(const std::string& token) override;
  std::size_t size() const;

 private:
  struct Entry {
    Result<PodIdentity> answer;
    MonotonicTime until;
  };
  void makeRoom(MonotonicTime now);

  TokenReviewer& reviewer_;
  const Options options_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace shopkeeper::control
