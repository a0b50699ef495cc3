// No accepted path may be an administration path to any reader that decodes it, collapses its
// slashes and resolves its dots.
#include <cstdlib>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "sidecar/proxy/path_rules.h"

namespace {

// The most lenient reading there is.
std::string readLeniently(std::string_view path) {
  std::string decoded = shopkeeper::http::percentDecode(path, false);
  std::vector<std::string> segments;
  std::string segment;
  const auto end = [&] {
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    segment.clear();
  };
  for (char c : decoded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '/' || c == '\\') {
      end();
    } else if (c == ';') {
      break;
    } else {
      segment += c;
    }
  }
  end();
  return segments.empty() ? "" : segments.front();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace shopkeeper::sidecar;
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  std::string_view path, authority;
  if (!toOriginForm(target, path, authority)) return 0;
  const PathVerdict verdict = checkIngressTarget(path);
  if (!verdict.allowed()) {
    if (verdict.status != 400 && verdict.status != 403 && verdict.status != 404) std::abort();
    return 0;
  }
  const std::string first = readLeniently(path.substr(0, path.find('?')));
  for (const char* closed : {"admin", "metrics", "healthz", "readyz"}) {
    if (first == closed) std::abort();
  }
  return 0;
}
