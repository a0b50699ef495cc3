#include "sidecar/backup/shipping/shipping_loop.h"

#include <thread>

#include "common/log.h"
#include "sidecar/backup/storage/pause.h"

namespace shopkeeper::backup {

void runShipping(Shipper& shipper, ShippingTimes times, const std::stop_token& stop) {
  std::jthread sampler([&](const std::stop_token& ended) {
    const Pause pause = pauseUntil(ended);
    while (pause(times.sampling)) shipper.sample();
  });
  const Pause pause = pauseUntil(stop);
  std::string trouble;  // said once
  for (bool last = false; !last;) {
    last = stop.stop_requested();
    const auto begun = std::chrono::steady_clock::now();
    const auto more = shipper.tick();
    if (!more && more.error().message() != trouble) {
      trouble = more.error().message();
      log::warn("changes of the database are not shipped", more.error());
    } else if (more && !trouble.empty()) {
      trouble.clear();
      log::info("changes of the database are shipped again");
    }
    if (more && *more) continue;
    const auto spent = std::chrono::steady_clock::now() - begun;
    if (spent < times.interval) pause(times.interval - spent);
  }
}

}  // namespace shopkeeper::backup
