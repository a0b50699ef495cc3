// Writes a gzip file that appears whole or not at all.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace shopkeeper::catalog {

// Writes to `<path>.new`; commit() syncs it and renames it over `path`. Without commit() the
// destructor removes it. Errors carry the path and the system's reason. Not thread-safe.
class GzipFile {
 public:
  static Result<std::unique_ptr<GzipFile>> create(const std::string& path);
  virtual ~GzipFile() = default;
  virtual Status write(std::string_view bytes) = 0;
  virtual Status commit() = 0;
};

}  // namespace shopkeeper::catalog
