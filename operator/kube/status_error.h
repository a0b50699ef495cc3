// Kubernetes' Status objects and HTTP codes as our errors.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "common/clock.h"
#include "common/http/message.h"
#include "common/result.h"

namespace shopkeeper::kube {

// `body` is a Status where the API server wrote it, and anything at all where a proxy did. The
// message is the server's, with the causes of a 422 by field; at most 2 kB.
Error errorFromResponse(const http::Response& response);

// From a Status object, as in the ERROR event of a watch.
Error errorFromStatusObject(const nlohmann::json& status, int httpStatus);

// Retry-After in seconds, or as an HTTP date; also details.retryAfterSeconds of the Status. Capped
// at a minute.
std::optional<Duration> retryAfter(const http::Response& response, WallTime now);

}  // namespace shopkeeper::kube
