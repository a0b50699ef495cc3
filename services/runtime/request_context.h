// What a request carries on to the calls that are made for it: who asks, how much time is left, how
// important it is, which request it belongs to (docs/architecture.md, "Inside a guide pod").
//
// Kept per thread: a handler runs on one thread from beginning to end, and background threads have
// no context, so what they call is nobody's request. A handler that starts threads of its own hands
// nothing on to them.
#pragma once

#include <chrono>
#include <string_view>

#include "common/clock.h"
#include "common/http/message.h"

namespace shopkeeper::services {

// Where the fields of a request come from.
enum class Caller {
  Sidecar,  // another service of the guide: all are believed
  Browser,  // anybody: only the request id is taken, the rest is the service's own to say
};

// In force from construction to the end of the scope, on this thread; scopes nest.
class RequestContext {
 public:
  // `clock` must outlive the scope.
  RequestContext(const http::Request& request, Caller caller, const Clock& clock);
  ~RequestContext();
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  // X-Shopkeeper-User from here on; `user` must be opaque. Nothing happens without a context.
  static void setUser(std::string_view user);

  // Adds the fields to a request to an upstream and returns the time that is left, at most
  // `timeout` and at least a millisecond. Without a context: nothing, `timeout`.
  static std::chrono::milliseconds carryOn(http::Request& request,
                                           std::chrono::milliseconds timeout);

 private:
  const Clock& clock_;
  RequestContext* const outer_;
  http::Headers fields_;
  MonotonicTime deadline_{};
  bool hasDeadline_ = false;
};

}  // namespace shopkeeper::services
