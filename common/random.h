// Randomness comes in through constructors, like time.
#pragma once

#include <cstdint>
#include <string>

namespace shopkeeper {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
  // Uniform in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
};

// Seeded from the kernel. Lives for the whole process. Not for keys: use OpenSSL there.
Random& systemRandom();

// `bytes` random bytes as lower-case hex, for ids of requests, sessions and replicas.
std::string randomHex(Random& random, std::size_t bytes);

}  // namespace shopkeeper
