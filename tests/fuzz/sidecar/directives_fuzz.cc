// Any bytes are directives that can be applied whole, or a sentence; what is accepted survives the
// way to disk and back.
#include <cstdlib>

#include "sidecar/agent/directive_state.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace shopkeeper;
  const auto parsed = wire::parseDirectives({reinterpret_cast<const char*>(data), size});
  if (!parsed) {
    if (parsed.error().message().empty()) std::abort();
    return 0;
  }
  sidecar::SidecarConfig config;
  config.guide = parsed->guide;
  config.nameSpace = parsed->nameSpace;
  sidecar::DirectiveState state(config);
  const auto taken = state.offer(*parsed);
  if (!taken || !*taken) return 0;
  const auto specs = state.effective(MonotonicTime{});
  if (specs.size() > parsed->upstreams.size()) std::abort();
  sidecar::UpstreamTable table(systemClock(), {});
  table.apply(specs);
  const auto again = wire::parseDirectives(wire::toJson(*parsed));
  if (!again || again->generation != parsed->generation) std::abort();
  return 0;
}
