// The backup programs that are compared.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace shopkeeper::bench {

using Command = std::vector<std::string>;

// Repository and secrets lie in `place`, which is its own. What it needs of the environment is set
// there.
class Tool {
 public:
  virtual ~Tool() = default;
  virtual std::string name() const = 0;
  // Why it cannot run here; "" where it can.
  virtual std::string missing() const = 0;
  virtual Command init(const std::string& place) const = 0;
  virtual Command backup(const std::string& place, const std::string& source) const = 0;
  // Into `target`, a new directory; the files come to lie somewhere below it.
  virtual Command restore(const std::string& place, const std::string& source,
                          const std::string& target) const = 0;
};

std::vector<std::unique_ptr<Tool>> tools(const std::string& ourProgram);

}  // namespace shopkeeper::bench
