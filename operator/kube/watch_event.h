// One line of a watch.
#pragma once

#include <string_view>

#include "common/result.h"
#include "operator/kube/object.h"

namespace shopkeeper::kube {

enum class WatchEventType {
  Added,
  Modified,
  Deleted,
  Bookmark,  // only kind and metadata.resourceVersion are meaningful
};

struct WatchEvent {
  WatchEventType type;
  Object object;
};

// Reads {"type":...,"object":...}. An ERROR event returns its Status as the error (Gone for 410);
// Corrupt for anything that is not an event.
Result<WatchEvent> parseWatchEvent(std::string_view line);

}  // namespace shopkeeper::kube
