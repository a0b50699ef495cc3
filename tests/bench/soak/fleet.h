// Pods that come and go as Kubernetes lets them, and the directives that say so.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/wire/directives.h"
#include "tests/bench/proxy/backend.h"

namespace shopkeeper::bench {

// At most six backends, 3 to 5 of them in the directives. A new pod has a new name and a new
// address, as in a cluster; one that was killed comes back as it was. Not thread-safe.
class Fleet {
 public:
  // The first four pods, at one free port of all addresses.
  static Result<Fleet> start(const std::string& guide, std::uint64_t seed);

  std::uint16_t port() const { return port_; }
  const wire::Directives& directives() const { return directives_; }

  // One second of life; the sidecar has applied directives up to generation `applied`. One pod
  // joins or begins to leave; those that began before go on: marked -> (applied) -> removed ->
  // (applied) -> finishes what it has -> closed. Once in 60 steps one dies without a word, and is
  // back 5 steps later. Directives are a generation further afterwards.
  Status step(std::uint64_t applied);

 private:
  enum class Phase { Serving, Marked, Removed, Finishing, Killed };
  struct Pod {
    std::string name;
    std::string address;
    Phase phase = Phase::Serving;
    std::uint64_t since = 0;  // the generation that says so
    std::uint64_t backAt = 0;
    std::unique_ptr<Backend> backend;
  };

  Status join();
  Status revive(Pod& pod);
  void advance(Pod& pod, std::uint64_t applied);
  void leaveOrJoinOne(Status& joined);
  Pod* anyServing();
  std::size_t count(std::initializer_list<Phase> phases) const;
  void publish();

  std::mt19937_64 random_;
  std::uint16_t port_ = 0;
  std::uint64_t steps_ = 0;
  int born_ = 0;
  std::vector<Pod> pods_;
  wire::Directives directives_;
};

}  // namespace shopkeeper::bench
