// A watch's bytes in pieces of any size. Properties: the lines are the same however the pieces
// fall; no line goes over the limit; what parses as an event has a version, and can be stored.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "operator/kube/line_splitter.h"
#include "operator/kube/store.h"
#include "operator/kube/watch_event.h"

using namespace shopkeeper::kube;

namespace {

constexpr std::size_t kMaxLine = 4096;

std::vector<std::string> split(std::string_view text, std::size_t piece) {
  LineSplitter splitter(kMaxLine);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    const bool goOn = splitter.feed(text.substr(at, piece), [&](std::string_view line) {
      if (line.empty() || line.size() > kMaxLine) std::abort();
      lines.emplace_back(line);
      return true;
    });
    if (!goOn) break;
  }
  return lines;
}

}  // namespace

// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto lines = split(text, std::size_t{data[0]} + 1);
  if (lines != split(text, 1)) std::abort();
  Store store({"app"});
  for (const std::string& line : lines) {
    const auto event = parseWatchEvent(line);
    if (!event) {
      if (event.error().message().size() > 8192) std::abort();
      continue;
    }
    if (event->object.resourceVersion().empty()) std::abort();
    store.put(event->object);
    const auto back = store.get(event->object.key());
    if (!back || back->resourceVersion() != event->object.resourceVersion()) std::abort();
  }
  return 0;
}
