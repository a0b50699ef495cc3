// Waits for a condition, generously: tests must not depend on speed.
#pragma once

#include <chrono>
#include <thread>

namespace shopkeeper::testing {

template <class Condition>
bool eventually(Condition condition,
                std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace shopkeeper::testing
