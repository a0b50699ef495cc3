// Whether a failed try is made again, and where. Pure.
#pragma once

#include <string_view>

#include "sidecar/proxy/endpoint_health.h"

namespace shopkeeper::sidecar {

// RFC 9110, section 9.2.2. GET, HEAD, OPTIONS, PUT and DELETE; TRACE is not proxied.
bool isIdempotent(std::string_view method);

// Whether the request may be made again: idempotent, or a POST below one of the policy's
// retriablePaths ("/v1/chat" holds "/v1/chat" and "/v1/chat/x", not "/v1/chats").
bool isRepeatable(std::string_view method, std::string_view target,
                  const wire::RetryPolicy& policy);

struct FailedTry {
  Outcome outcome = Outcome::Neutral;
  bool reusedConnection = false;     // the connection had served another request before
  bool nothingSent = false;          // no byte of this request left us on this try
  bool neverReachedService = false;  // the peer's sidecar said so: no-endpoint, overload, unhealthy
  bool idempotent = false;
  bool bodyReplayable = false;  // all of the body read so far is still held
  int tries = 1;                // made so far, this one included
  bool staleRetried = false;    // a fresh connection to the same endpoint was already granted
  int maxTries = 4;             // of the policy
  bool timeLeft = true;         // before the request's total deadline
};

enum class RetryVerdict {
  GiveUp,
  SameEndpointFresh,  // the kept connection was stale: dial again; costs nothing from the budget
  OtherEndpoint,      // must be paid from the retry budget
};

RetryVerdict decideRetry(const FailedTry& failed);

}  // namespace shopkeeper::sidecar
