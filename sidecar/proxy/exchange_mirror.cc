// Copies of requests: which, and what their answers are compared with.

#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {

// Only what changes nothing is sent twice on purpose (RFC 9110, section 9.2.1: safe methods).
void Exchange::chooseMirror() {
  if (!context_.mayMirror || head_.method != "GET" || head_.framing != Framing::None) return;
  if (context_.mirrorsInFlight >= kMaxMirrorsInFlight) return;
  orders_.mirror = admission_.upstream->pickMirror();
  if (!orders_.mirror || !orders_.mirror->compare) return;
  orders_.capture.wish(kMaxMirrorBody);
}

void Exchange::sendMirror(int status, bool complete) {
  if (!orders_.mirror) return;
  MirrorExpectation expected;
  expected.compare = orders_.mirror->compare && complete && orders_.capture.whole();
  expected.status = status;
  if (expected.compare) expected.body = orders_.capture.take();
  requestHead_.resize(openHead_);
  endRequestHead(requestHead_, kMirrorTimeout, /*lastResort=*/false);
  spawn(context_.io, sendCopy(context_, admission_.upstream, std::move(*orders_.mirror),
                              std::move(requestHead_), std::move(expected)));
  orders_.mirror.reset();
}

}  // namespace shopkeeper::sidecar
