// A Shipper at work: ticks, and samples between them.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "sidecar/backup/shipping/shipper.h"

namespace shopkeeper::backup {

struct ShippingTimes {
  Duration interval = std::chrono::seconds(1);
  Duration sampling = std::chrono::milliseconds(100);
};

// Called after each tick, with what is wrong at the moment, or "".
using ShippingProgress = std::function<void(const std::string& trouble)>;

// Until `stop`; what is committed by then is shipped before it returns, in one try. Goes on after
// errors, but not after one that time does not mend: a database without a write-ahead log.
Status runShipping(Shipper& shipper, ShippingTimes times, const std::stop_token& stop,
                   const ShippingProgress& progress = {});

}  // namespace shopkeeper::backup
