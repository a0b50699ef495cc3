// A pick of an upstream's endpoint, given back exactly once on every way out.
#pragma once

#include <utility>

#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

// The upstream must outlive the lease. Not thread-safe.
class Lease {
 public:
  Lease(Upstream& upstream, Upstream::Pick pick) : upstream_(upstream), pick_(std::move(pick)) {}
  ~Lease() { finish(Outcome::Neutral); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  void answered(Outcome outcome) { upstream_.answered(pick_, outcome); }
  void finish(Outcome outcome) {
    if (open_) upstream_.finish(pick_, outcome);
    open_ = false;
  }
  // Ends it because `winner`, of the same upstream, answered first, and takes that one's place.
  void yieldTo(Lease& winner) {
    finish(Outcome::Neutral);
    pick_ = winner.pick_;
    pick_.won = pick_.hedge;
    open_ = std::exchange(winner.open_, false);
  }
  void outrun() { upstream_.outrun(pick_); }
  const Upstream::Pick& pick() const { return pick_; }

 private:
  Upstream& upstream_;
  Upstream::Pick pick_;
  bool open_ = true;
};

}  // namespace shopkeeper::sidecar
