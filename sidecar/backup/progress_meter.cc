#include "sidecar/backup/progress_meter.h"

namespace shopkeeper::backup {

void ProgressMeter::report(std::string_view phase, std::uint64_t files, std::uint64_t bytes,
                           std::uint64_t newBytes) {
  Progress progress;
  progress.phase = phase;
  progress.files = files;
  progress.bytes = bytes;
  progress.totalFiles = totals_.files;
  progress.totalBytes = totals_.bytes;
  progress.newBytes = newBytes;
  const double elapsed = std::chrono::duration<double>(clock_.now() - begun_).count();
  if (bytes > 0 && bytes < totals_.bytes) {
    const double rate = static_cast<double>(bytes) / elapsed;
    progress.left = std::chrono::seconds(
        static_cast<std::int64_t>(static_cast<double>(totals_.bytes - bytes) / rate + 0.5));
  }
  sink_(progress);
}

}  // namespace shopkeeper::backup
