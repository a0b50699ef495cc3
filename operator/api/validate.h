// What a guide must be beyond the types of its fields.
#pragma once

#include <string_view>

#include "common/result.h"
#include "operator/api/shopping_guide.h"

namespace shopkeeper::api {

// InvalidArgument with one sentence: the field, what is wrong, what is allowed. The CRD's CEL rules
// say the same, but for what CEL cannot see (cron ranges such as 50-10).
Status validate(const ShoppingGuide& guide);

// "registry:5000/name/space:tag@sha256:..." with a tag or digest, lower-case.
bool isImageReference(std::string_view text);

}  // namespace shopkeeper::api
