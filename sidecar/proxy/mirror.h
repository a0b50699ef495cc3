// Copies of requests to another version of an upstream: nobody waits for their answers, which are
// thrown away, or compared with what the client got.
#pragma once

#include <memory>
#include <string>

#include "sidecar/proxy/stream.h"
#include "sidecar/proxy/upstream.h"

namespace shopkeeper::sidecar {

struct ExchangeContext;

// What the client got, where the copy's answer is to be compared.
struct MirrorExpectation {
  bool compare = false;
  int status = 0;
  std::string body;
};

inline constexpr int kMaxMirrorsInFlight = 32;             // of one loop; more are not copied
inline constexpr std::size_t kMaxMirrorBody = 256u << 10;  // longer answers are not compared
inline constexpr std::chrono::seconds kMirrorTimeout{5};

// Sends `head`, a whole request without a body, to the mirror's endpoint and tells `upstream` what
// came of it. Lives on the loop's thread; `context` must outlive it.
Task<void> sendCopy(ExchangeContext& context, std::shared_ptr<Upstream> upstream, MirrorPick mirror,
                    std::string head, MirrorExpectation expected);

}  // namespace shopkeeper::sidecar
