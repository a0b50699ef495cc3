// Which request targets the ingress lets through. Pure.
//
// The check never repairs a path: a service behind us may read an odd path differently than we do,
// so whatever needs repair (dot segments, empty segments, encoded slashes) is refused.
#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::sidecar {

struct PathVerdict {
  int status = 0;           // 0: allowed; else the status to answer with: 400, 403 or 404
  const char* reason = "";  // for people
  bool allowed() const { return status == 0; }
};

// `target` in origin form ("/v1/search?q=x"). Refuses
//   400  what is not a plain absolute path: "//", "/./", "/../", "\", "%2f", "%5c", "%00" to "%1f",
//        "%7f", broken escapes, a fragment, bytes outside printable ASCII
//   403  /admin and all below it, also when letters are escaped or in capitals
//   404  /metrics, /healthz, /readyz
PathVerdict checkIngressTarget(std::string_view target);

// The origin form of an absolute-form target ("http://host/a?b" -> "/a?b", host in `authority`).
// Leaves origin form as it is. False where the target is neither ("*", "host:443", other schemes).
bool toOriginForm(std::string_view target, std::string_view& originForm,
                  std::string_view& authority);

}  // namespace shopkeeper::sidecar
