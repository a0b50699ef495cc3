// Writes a guide's status where it differs from what is there.
#pragma once

#include "common/result.h"
#include "operator/api/status.h"
#include "operator/kube/client.h"

namespace shopkeeper::controllers {

// Returns whether it wrote. Conflict where the guide is another one by now (same name, other uid).
Result<bool> writeStatus(const kube::Object& guide, const api::GuideStatus& status,
                         kube::Client& client, const kube::Call& call);

}  // namespace shopkeeper::controllers
