// Which files a backup leaves out, by name or path.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"

namespace shopkeeper::backup {

// Patterns as shells have them (fnmatch(3): *, ?, [...]). One with a slash is an absolute path in
// which * does not cross slashes; one without is the name of a file or directory anywhere. What is
// in a directory that is left out is left out with it; what was chosen itself never is. Pure.
class ExcludeRules {
 public:
  // InvalidArgument where a pattern has a slash and is not absolute, or is empty.
  static Result<ExcludeRules> of(std::vector<std::string> patterns);
  ExcludeRules() = default;

  bool exclude(const std::string& path, const std::string& name) const;
  const std::vector<std::string>& patterns() const { return patterns_; }

 private:
  std::vector<std::string> patterns_;
};

}  // namespace shopkeeper::backup
