// Turns counts into reports now and then.
#pragma once

#include "common/clock.h"
#include "sidecar/backup/progress.h"

namespace shopkeeper::backup {

struct ExpectedTotals {
  std::uint64_t files = 0, bytes = 0;
};

// For one thread.
class ProgressMeter {
 public:
  ProgressMeter(const Clock& clock, ProgressSink sink, Duration interval)
      : clock_(clock),
        sink_(std::move(sink)),
        interval_(interval),
        begun_(clock.now()),
        last_(begun_) {}

  void expect(ExpectedTotals totals) { totals_ = totals; }

  // Reports where the interval is over; `newBytes` is asked only then.
  template <class NewBytes>
  void tick(std::string_view phase, std::uint64_t files, std::uint64_t bytes, NewBytes newBytes) {
    if (!sink_) return;
    const MonotonicTime now = clock_.now();
    if (now - last_ < interval_) return;
    last_ = now;
    report(phase, files, bytes, newBytes());
  }
  void finish(std::string_view phase, std::uint64_t files, std::uint64_t bytes,
              std::uint64_t newBytes) {
    if (sink_) report(phase, files, bytes, newBytes);
  }

 private:
  void report(std::string_view phase, std::uint64_t files, std::uint64_t bytes,
              std::uint64_t newBytes);

  const Clock& clock_;
  const ProgressSink sink_;
  const Duration interval_;
  const MonotonicTime begun_;
  MonotonicTime last_;
  ExpectedTotals totals_;
};

}  // namespace shopkeeper::backup
