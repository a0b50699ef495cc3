#include "sidecar/backup/repository/system_names.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <mutex>
#include <unordered_map>
#include <vector>

namespace shopkeeper::backup {
namespace {

// Looks up by `find`, once for each id.
template <class Number, class Find>
class Names {
 public:
  explicit Names(Find find) : find_(find) {}

  std::string of(Number number) {
    const std::lock_guard lock(mutex_);
    const auto [at, fresh] = known_.try_emplace(number);
    if (fresh) at->second = find_(number);
    return at->second;
  }

 private:
  Find find_;
  std::mutex mutex_;
  std::unordered_map<Number, std::string> known_;
};

std::string findUser(uid_t uid) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return error == 0 && found != nullptr ? found->pw_name : "";
}

std::string findGroup(gid_t gid) {
  std::vector<char> buffer(16384);
  group entry{};
  group* found = nullptr;
  const int error = ::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found);
  return error == 0 && found != nullptr ? found->gr_name : "";
}

}  // namespace

std::string userName(uid_t uid) {
  static Names<uid_t, std::string (*)(uid_t)> names(findUser);
  return names.of(uid);
}

std::string groupName(gid_t gid) {
  static Names<gid_t, std::string (*)(gid_t)> names(findGroup);
  return names.of(gid);
}

std::string hostName() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace shopkeeper::backup
