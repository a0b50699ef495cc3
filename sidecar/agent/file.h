// Small files: read whole, replaced whole.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace shopkeeper::sidecar {

// NotFound, TooLarge or Unavailable otherwise.
Result<std::string> readSmallFile(const std::string& path, std::size_t maxBytes);

// Writes beside the file, fsyncs, renames, fsyncs the directory.
Status replaceFile(const std::string& directory, const std::string& name, std::string_view content);

}  // namespace shopkeeper::sidecar
