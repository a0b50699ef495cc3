// What an S3 server's refusal means for us.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "common/result.h"

namespace shopkeeper::backup {

// `doing`: "reading object a of bucket b". `body`: the answer's, empty after HEAD. The S3 code is
// named where the body has one.
Error s3Error(const std::string& doing, int status, std::span<const std::byte> body);

}  // namespace shopkeeper::backup
