#include "sidecar/backup/exclude_rules.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

namespace shopkeeper::backup {

Result<ExcludeRules> ExcludeRules::of(std::vector<std::string> patterns) {
  for (std::string& pattern : patterns) {
    while (pattern.size() > 1 && pattern.back() == '/') pattern.pop_back();
    if (pattern.empty() || (pattern[0] != '/' && pattern.find('/') != std::string::npos)) {
      return Error(ErrorCode::InvalidArgument,
                   "\"" + pattern + "\" excludes nothing: it is neither a name nor a path from /");
    }
  }
  ExcludeRules rules;
  rules.patterns_ = std::move(patterns);
  return rules;
}

bool ExcludeRules::exclude(const std::string& path, const std::string& name) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
    const std::string& text = pattern[0] == '/' ? path : name;
    return ::fnmatch(pattern.c_str(), text.c_str(), FNM_PATHNAME) == 0;
  });
}

}  // namespace shopkeeper::backup
