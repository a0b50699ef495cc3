// spec.traffic as the policy that sidecars follow.
#pragma once

#include "common/wire/traffic_policy.h"
#include "operator/api/field_reader.h"

namespace shopkeeper::api {

// A duration in ms. `low` and `high` as people write them; "0s" is allowed where it is the least.
void readDuration(const Reader& reader, const char* name, int& out, const char* low,
                  const char* high);

// Reads `traffic` (spec.traffic) over the defaults in `policy`; wrong fields are the reader's
// error, with what is allowed. Field names: docs/reference/shoppingguide.md. The priority is not
// among them: it belongs to the component that is called.
void readTraffic(const Reader& traffic, wire::TrafficPolicy& policy);

}  // namespace shopkeeper::api
