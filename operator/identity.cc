#include "operator/identity.h"

namespace shopkeeper {

std::string makeIdentity(const std::string& pod, const std::string& ip, std::uint16_t port,
                         const std::string& random) {
  const auto host = ip.find(':') == ip.npos ? ip : "[" + ip + "]";
  return pod + "_" + host + ":" + std::to_string(port) + "_" + random;
}

std::string addressOf(const std::string& identity) {
  // Neither names of pods nor addresses hold an underscore.
  const auto first = identity.find('_');
  if (first == identity.npos) return "";
  const auto second = identity.find('_', first + 1);
  if (second == identity.npos) return "";
  return identity.substr(first + 1, second - first - 1);
}

}  // namespace shopkeeper
