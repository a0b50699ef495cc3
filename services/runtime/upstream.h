// How a service reaches the others: always through its sidecar's egress.
#pragma once

#include <memory>
#include <string>

#include "common/http/client.h"

namespace shopkeeper::services {

// Sends everything through `client` with "Host: <name>", which is how the egress knows the
// upstream, and what the request being handled on this thread carries on (request_context.h).
// Thread-safe as `client` is.
std::unique_ptr<http::HttpClient> addressedTo(const std::string& name,
                                              std::unique_ptr<http::HttpClient> client);

}  // namespace shopkeeper::services
