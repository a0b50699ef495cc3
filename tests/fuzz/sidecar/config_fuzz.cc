// Any bytes are a configuration or a sentence.
#include <cstdlib>

#include "sidecar/agent/config.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto config = shopkeeper::sidecar::parseConfig({reinterpret_cast<const char*>(data), size});
  if (!config && config.error().message().empty()) std::abort();
  if (config && (config->guide.empty() || config->workers < 1)) std::abort();
  return 0;
}
