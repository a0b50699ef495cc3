// Whatever an API server, or somebody who plays one, may answer: lists and errors.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "operator/kube/lease.h"
#include "operator/kube/rest_query.h"
#include "operator/kube/status_error.h"

using namespace shopkeeper;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const http::Response answer{400 + data[0] % 200, {{"Retry-After", body.substr(0, 40)}}, body};
  const Error error = kube::errorFromResponse(answer);
  if (error.message().empty() || error.message().size() > 4096) std::abort();
  if (const auto wait = kube::retryAfter(answer, WallTime{})) {
    if (*wait < Duration::zero() || *wait > std::chrono::minutes(1)) std::abort();
  }
  const auto page =
      kube::readPage(kube::resources::pods(), nlohmann::json::parse(body, nullptr, false));
  if (page) {
    if (page->resourceVersion.empty()) std::abort();
    for (const kube::Object& object : page->items) {
      if (object.name().empty() || object.kind() != "Pod") std::abort();
      static_cast<void>(object.owners());
      static_cast<void>(object.labels());
      static_cast<void>(object.deletionTime());
      static_cast<void>(kube::readLease(object));
    }
  }
  return 0;
}
