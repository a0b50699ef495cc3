// SHA-256 over pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace shopkeeper::catalog {

// Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  // Lower-case hex of all bytes so far; adding after it starts anew.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shopkeeper::catalog
