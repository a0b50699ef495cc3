#include "sidecar/backup/shipping/shipping_loop.h"

#include <thread>

#include "common/log.h"
#include "sidecar/backup/storage/pause.h"

namespace shopkeeper::backup {

Status runShipping(Shipper& shipper, ShippingTimes times, const std::stop_token& stop,
                   const ShippingProgress& progress) {
  std::jthread sampler([&](const std::stop_token& ended) {
    const Pause pause = pauseUntil(ended);
    while (pause(times.sampling)) shipper.sample();
  });
  const Pause pause = pauseUntil(stop);
  std::string trouble;  // said once
  Status outcome = ok();
  for (bool last = false; !last;) {
    last = stop.stop_requested();
    const auto begun = std::chrono::steady_clock::now();
    const auto more = shipper.tick();
    outcome = more ? ok() : Status(more.error());
    if (!more && more.error().message() != trouble) {
      trouble = more.error().message();
      log::warn("changes of the database are not shipped", more.error());
    } else if (more && !trouble.empty()) {
      trouble.clear();
      log::info("changes of the database are shipped again");
    }
    if (progress) progress(trouble);
    if (!more && more.error().code() == ErrorCode::InvalidArgument) break;
    if (more && *more) continue;
    const auto spent = std::chrono::steady_clock::now() - begun;
    if (spent < times.interval) pause(times.interval - spent);
  }
  return outcome;
}

}  // namespace shopkeeper::backup
