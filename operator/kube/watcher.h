// List and watch as a pure step function: no network, no threads, no clock.
//
//   Empty --list--> InitPage --list next--> ... --> InitListed(rv) --watch--> Watching(rv)
//     ^                |  410, or any expired token        ^                      |
//     +----------------+-----------------------------------+---- stream ended ----+
//     +------------------------------ 410 Gone -------------------------------------
//
// The states are those of kube-rs (kube-runtime/src/watcher.rs).
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "common/result.h"
#include "operator/kube/client.h"
#include "operator/kube/watch_event.h"

namespace shopkeeper::kube::watcher {

struct Empty {};  // nothing is known: list from the start
struct InitPage {
  std::string continueToken;
};
struct InitListed {
  std::string resourceVersion;  // watch from here
};
struct Watching {
  std::string resourceVersion;  // of the last event or bookmark
};
using State = std::variant<Empty, InitPage, InitListed, Watching>;

// What the outside reports.
struct PageArrived {
  Page page;
};
struct ListFailed {
  Error error;
};
struct WatchStarted {};
struct EventArrived {
  WatchEvent event;
};
struct WatchEnded {
  Status status;  // ok: the server's time limit; otherwise why
};
using Input = std::variant<PageArrived, ListFailed, WatchStarted, EventArrived, WatchEnded>;

// What the store must do. Between InitStarted and InitDone objects are collected; at InitDone they
// replace the old content in one step.
struct InitStarted {};
struct InitApply {
  Object object;
};
struct InitDone {};
struct Applied {
  Object object;
};
struct Deleted {
  Object object;
};
using Output = std::variant<InitStarted, InitApply, InitDone, Applied, Deleted>;

struct Transition {
  State state;
  std::vector<Output> outputs;
  bool failed = false;  // back off before the next request
};

// Guarantees: the resource version never goes back except through Empty; every list that begins
// (InitStarted) ends in InitDone or in another InitStarted; an input that does not fit the state
// changes nothing.
Transition step(State state, Input input);

// "Empty", "InitPage", ..., for logs and metrics.
std::string_view name(const State& state);

}  // namespace shopkeeper::kube::watcher
