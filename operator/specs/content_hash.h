// A short fingerprint of a configuration.
#pragma once

#include <string>
#include <string_view>

namespace shopkeeper::specs {

// The first 128 bits of SHA-256 in lower-case hex (32 characters): fits a label, collides never.
std::string contentHash(std::string_view content);

}  // namespace shopkeeper::specs
