// Names of users, groups and this machine, which repositories note beside numbers.
#pragma once

#include <sys/types.h>

#include <string>

namespace shopkeeper::backup {

// "" where there is none. Remembered for the process: thread-safe.
std::string userName(uid_t uid);
std::string groupName(gid_t gid);
std::string hostName();

}  // namespace shopkeeper::backup
