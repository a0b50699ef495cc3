// The syntax of refreshSchedule; the knowledge service runs it.
#pragma once

#include <string_view>

#include "common/result.h"

namespace shopkeeper::api {

// Five fields (minute hour day month weekday) of numbers in range, "*", "a-b", "/step" and lists.
// InvalidArgument names the field and its range.
Status checkCron(std::string_view text);

}  // namespace shopkeeper::api
