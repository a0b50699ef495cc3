// How far a run is.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

namespace shopkeeper::backup {

struct Progress {
  std::string_view phase;                   // "scanning", "copying", "finishing", ...
  std::uint64_t files = 0, totalFiles = 0;  // totals: 0 while they are not known
  std::uint64_t bytes = 0, totalBytes = 0;
  std::uint64_t newBytes = 0;    // of them, not stored before, as stored
  std::chrono::seconds left{0};  // by the rate so far; 0 while it cannot be told
};

// Called by one thread at a time, at most every `interval` of the run's options.
using ProgressSink = std::function<void(const Progress&)>;

}  // namespace shopkeeper::backup
