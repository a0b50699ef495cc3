// A place beside a target where something is prepared before it takes the target's place.
#pragma once

#include <string>

#include "common/clock.h"
#include "common/random.h"
#include "common/result.h"

namespace shopkeeper::backup {

// Not thread-safe. What was not published is removed by the destructor.
class Staging {
 public:
  // Chooses a name in the target's parent directory, which must exist; makes nothing yet.
  static Result<Staging> beside(const std::string& target, Random& random);
  ~Staging();
  Staging(Staging&& other) noexcept;
  Staging& operator=(Staging&&) = delete;

  const std::string& path() const { return path_; }

  // Makes all of it durable and renames it to the target. What was there is kept under the name
  // that is returned ("" where there was nothing, or an empty directory); AlreadyExists instead,
  // unless `replace`.
  Result<std::string> publish(bool replace, const Clock& clock);

 private:
  Staging(std::string parent, std::string target, std::string path)
      : parent_(std::move(parent)), target_(std::move(target)), path_(std::move(path)) {}

  std::string parent_, target_, path_;
  bool published_ = false;
};

// Nothing is there, or an empty directory.
Result<bool> isVacant(const std::string& path);

}  // namespace shopkeeper::backup
