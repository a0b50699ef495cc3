#include "operator/kube/watch_event.h"

#include <nlohmann/json.hpp>

#include "operator/kube/status_error.h"

namespace shopkeeper::kube {

Result<WatchEvent> parseWatchEvent(std::string_view line) {
  nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
  if (!event.is_object()) {
    return Error(ErrorCode::Corrupt, "a line of the watch is not a JSON object");
  }
  const auto type = event.find("type");
  const auto object = event.find("object");
  if (type == event.end() || !type->is_string() || object == event.end() || !object->is_object()) {
    return Error(ErrorCode::Corrupt, "a line of the watch has no type or no object");
  }
  const std::string& name = type->get_ref<const std::string&>();
  if (name == "ERROR") return errorFromStatusObject(*object, 500);
  WatchEventType known;
  if (name == "ADDED") {
    known = WatchEventType::Added;
  } else if (name == "MODIFIED") {
    known = WatchEventType::Modified;
  } else if (name == "DELETED") {
    known = WatchEventType::Deleted;
  } else if (name == "BOOKMARK") {
    known = WatchEventType::Bookmark;
  } else {
    return Error(ErrorCode::Corrupt, "the watch sent an event of unknown type");
  }
  WatchEvent out{known, Object(std::move(*object))};
  if (out.object.resourceVersion().empty()) {
    return Error(ErrorCode::Corrupt, "the watch sent an object without a resource version");
  }
  if (known != WatchEventType::Bookmark && out.object.name().empty()) {
    return Error(ErrorCode::Corrupt, "the watch sent an object without a name");
  }
  return out;
}

}  // namespace shopkeeper::kube
