// A Shipper at work: ticks, and samples between them.
#pragma once

#include <stop_token>

#include "sidecar/backup/shipping/shipper.h"

namespace shopkeeper::backup {

struct ShippingTimes {
  Duration interval = std::chrono::seconds(1);
  Duration sampling = std::chrono::milliseconds(100);
};

// Until `stop`; what is committed by then is shipped before it returns, in one try.
void runShipping(Shipper& shipper, ShippingTimes times, const std::stop_token& stop);

}  // namespace shopkeeper::backup
