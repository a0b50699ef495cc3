#include "operator/kube/watcher.h"

namespace shopkeeper::kube::watcher {
namespace {

// Whether a list must begin again from its first page.
bool listIsLost(const Error& error) {
  return error.code() == ErrorCode::Gone || error.code() == ErrorCode::InvalidArgument ||
         error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::TooLarge;
}

// Whether a watch cannot go on from the version it had. An event that cannot be read would come
// again at the same place for ever, so only a list gets past it.
bool versionIsLost(const Error& error) { return listIsLost(error); }

Transition onPage(bool first, Page page) {
  Transition next{Empty{}, {}, false};
  if (page.continueToken.empty() && page.resourceVersion.empty()) {
    next.failed = true;  // nothing to watch from
    return next;
  }
  next.outputs.reserve(page.items.size() + 2);
  if (first) next.outputs.emplace_back(InitStarted{});
  for (Object& object : page.items) next.outputs.emplace_back(InitApply{std::move(object)});
  if (page.continueToken.empty()) {
    next.outputs.emplace_back(InitDone{});
    next.state = InitListed{std::move(page.resourceVersion)};
  } else {
    next.state = InitPage{std::move(page.continueToken)};
  }
  return next;
}

Transition onListFailed(State state, const Error& error) {
  if (listIsLost(error)) state = Empty{};
  return {std::move(state), {}, true};
}

Transition onEvent(WatchEvent event) {
  Transition next{Watching{event.object.resourceVersion()}, {}, false};
  switch (event.type) {
    case WatchEventType::Added:
    case WatchEventType::Modified:
      next.outputs.emplace_back(Applied{std::move(event.object)});
      break;
    case WatchEventType::Deleted:
      next.outputs.emplace_back(Deleted{std::move(event.object)});
      break;
    case WatchEventType::Bookmark:
      break;
  }
  return next;
}

Transition onWatchEnded(std::string version, const Status& status) {
  if (status) return {InitListed{std::move(version)}, {}, false};
  if (versionIsLost(status.error())) return {Empty{}, {}, true};
  return {InitListed{std::move(version)}, {}, status.error().code() != ErrorCode::Cancelled};
}

const std::string* watchVersion(const State& state) {
  if (const auto* listed = std::get_if<InitListed>(&state)) return &listed->resourceVersion;
  if (const auto* watching = std::get_if<Watching>(&state)) return &watching->resourceVersion;
  return nullptr;
}

}  // namespace

Transition step(State state, Input input) {
  const std::string* version = watchVersion(state);
  if (version == nullptr) {  // Empty or InitPage: a list is under way
    if (auto* arrived = std::get_if<PageArrived>(&input)) {
      return onPage(std::holds_alternative<Empty>(state), std::move(arrived->page));
    }
    if (const auto* failed = std::get_if<ListFailed>(&input)) {
      return onListFailed(std::move(state), failed->error);
    }
  } else {
    if (std::holds_alternative<WatchStarted>(input)) return {Watching{*version}, {}, false};
    if (auto* arrived = std::get_if<EventArrived>(&input)) {
      return onEvent(std::move(arrived->event));
    }
    if (const auto* ended = std::get_if<WatchEnded>(&input)) {
      return onWatchEnded(*version, ended->status);
    }
  }
  return {std::move(state), {}, false};
}

std::string_view name(const State& state) {
  switch (state.index()) {
    case 0:
      return "Empty";
    case 1:
      return "InitPage";
    case 2:
      return "InitListed";
    default:
      return "Watching";
  }
}

}  // namespace shopkeeper::kube::watcher
