// The event window on disk, so that a restart learns from what was known before.
//
// Format: one line of JSON {"format":1,"seq","id","events","bytes","sha256"}, then `bytes` bytes:
// for each event user, session, product (each a length and UTF-8), type and time, all numbers as
// little-endian base-128. The checksum is of those bytes. Written beside and renamed.
#pragma once

#include <string>

#include "common/result.h"
#include "services/recommendation/window.h"

namespace shopkeeper::recommendation {

Status saveWindow(const EventWindow& window, const std::string& path);

// NotFound where there is no file; Corrupt, naming what is wrong, where it is not whole.
Result<EventWindow> loadWindow(const std::string& path, WindowLimits limits);

}  // namespace shopkeeper::recommendation
