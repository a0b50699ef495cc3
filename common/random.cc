#include "common/random.h"

#include <mutex>
#include <random>

namespace shopkeeper {
namespace {

class SystemRandom final : public Random {
 public:
  SystemRandom() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    engine_.seed(seed);
  }
  std::uint64_t next() override {
    std::lock_guard lock(mutex_);
    return engine_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace

Random& systemRandom() {
  static SystemRandom random;
  return random;
}

std::string randomHex(Random& random, std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes * 2);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    if (i % 8 == 0) word = random.next();
    text += digits[(word >> 4) & 15];
    text += digits[word & 15];
    word >>= 8;
  }
  return text;
}

}  // namespace shopkeeper
