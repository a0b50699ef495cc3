#include "operator/controllers/backup/schedule.h"

#include <algorithm>

namespace shopkeeper::controllers::backup {
namespace {

using namespace std::chrono_literals;

// FNV-1a, 64 bits.
std::uint64_t hashOf(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037ull;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ull;
  return hash;
}

}  // namespace

Duration stableDelay(std::string_view seed, Duration jitter) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(jitter).count();
  if (seconds <= 0) return Duration::zero();
  return std::chrono::seconds(hashOf(seed) % static_cast<std::uint64_t>(seconds));
}

Result<Schedule> Schedule::parse(std::string_view cron, std::string_view zone, Duration jitter,
                                 std::string_view seed) {
  const auto parsed = Cron::parse(cron);
  if (!parsed) return parsed.error();
  auto local = TimeZone::load(zone);
  if (!local) return local.error();
  return Schedule(*parsed, std::move(*local), stableDelay(seed, jitter));
}

std::optional<WallTime> Schedule::due(WallTime last, WallTime now) const {
  const auto limit = now - delay_;
  // From near to far, so that a year of missed minutes is not walked through one by one.
  for (const Duration back : {Duration(1h), Duration(24h), Duration(24h * 32), Duration(24h * 366),
                              Duration(24h * 366 * 5)}) {
    std::optional<WallTime> found;
    const auto from = std::max(last, limit - std::chrono::duration_cast<WallTime::duration>(back));
    for (auto run = nextRun(cron_, zone_, from); run && *run <= limit;
         run = nextRun(cron_, zone_, *run)) {
      found = run;
    }
    if (found || from == last) return found;
  }
  return {};
}

std::optional<WallTime> Schedule::next(WallTime now) const {
  auto run = nextRun(cron_, zone_, now - delay_);
  if (run) *run += std::chrono::duration_cast<WallTime::duration>(delay_);
  return run;
}

int Schedule::runsWithin(Duration span, WallTime now, int limit) const {
  int runs = 0;
  const auto end = now + std::chrono::duration_cast<WallTime::duration>(span);
  for (auto run = nextRun(cron_, zone_, now); run && *run <= end && runs < limit;
       run = nextRun(cron_, zone_, *run)) {
    ++runs;
  }
  return runs;
}

std::string scheduledName(const std::string& guide, WallTime meant) {
  const auto text = toRfc3339Seconds(meant);  // 2026-11-26T03:00:00Z
  return guide + "-" + text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2) + "-" +
         text.substr(11, 2) + text.substr(14, 2);
}

}  // namespace shopkeeper::controllers::backup
