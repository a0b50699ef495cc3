// What a file system says of a file, as a repository notes it.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "common/result.h"
#include "sidecar/backup/repository/tree.h"

namespace shopkeeper::backup {

// The entry of the file at `path`, which `status` (of lstat) belongs to, without its content: name,
// type, mode, times, owner, link target, extended attributes as far as they may be read. The access
// time is the modification time, as with the official program: it would make every listing new.
// NotFound where the file is gone meanwhile.
Result<Node> describeFile(const std::string& path, std::string name, const struct stat& status);

// The names in a directory, in order of their bytes, without "." and "..".
Result<std::vector<std::string>> listDirectory(const std::string& path);

// lstat.
Result<struct stat> statusOf(const std::string& path);

Timestamp timestampOf(const struct timespec& time);

}  // namespace shopkeeper::backup
