// Copies of requests: which, and what their answers are compared with.

#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {

// Only what changes nothing is sent twice on purpose (RFC 9110, section 9.2.1: safe methods).
void Exchange::chooseMirror() {
  if (!context_.mayMirror || head_.method != "GET" || head_.framing != Framing::None) return;
  if (context_.mirrorsInFlight >= kMaxMirrorsInFlight) return;
  mirror_ = admission_.upstream->pickMirror();
  if (!mirror_ || !mirror_->compare) return;
  capturing_ = true;
  captureLimit_ = std::max(captureLimit_, kMaxMirrorBody);
}

void Exchange::sendMirror(int status, bool complete) {
  if (!mirror_) return;
  MirrorExpectation expected;
  expected.compare = mirror_->compare && complete && capturing_;
  expected.status = status;
  if (expected.compare) expected.body = std::move(captured_);
  requestHead_.resize(openHead_);
  endRequestHead(requestHead_, kMirrorTimeout, /*lastResort=*/false);
  spawn(context_.io, sendCopy(context_, admission_.upstream, std::move(*mirror_),
                              std::move(requestHead_), std::move(expected)));
  mirror_.reset();
}

// Gives up on an answer that is too long to be kept.
void Exchange::capture(const std::vector<std::string_view>& pieces) {
  for (const std::string_view piece : pieces) captured_.append(piece);
  if (captured_.size() <= captureLimit_) return;
  capturing_ = false;
  captured_ = {};
}

}  // namespace shopkeeper::sidecar
