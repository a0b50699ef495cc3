#include "common/random.h"

#include <random>

namespace shopkeeper {
namespace {

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override {
    static thread_local std::mt19937_64 engine = seeded();  // so that nobody waits for a lock
    return engine();
  }

 private:
  static std::mt19937_64 seeded() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }
};

}  // namespace

Random& systemRandom() {
  static SystemRandom random;
  return random;
}

std::string randomHex(Random& random, std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(bytes * 2, '0');
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    if (i % 8 == 0) word = random.next();
    text[2 * i] = digits[(word >> 4) & 15];
    text[2 * i + 1] = digits[word & 15];
    word >>= 8;
  }
  return text;
}

}  // namespace shopkeeper
