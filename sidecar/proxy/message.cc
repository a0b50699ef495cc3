#include "sidecar/proxy/message.h"

#include "common/http/message.h"

namespace shopkeeper::sidecar {

std::string_view MessageHead::get(std::string_view name) const {
  for (const Field& field : fields) {
    if (http::equalsIgnoreCase(field.name, name)) return field.value;
  }
  return {};
}

bool MessageHead::hasToken(std::string_view name, std::string_view token) const {
  bool found = false;
  for (const Field& field : fields) {
    if (!http::equalsIgnoreCase(field.name, name)) continue;
    forEachToken(field.value,
                 [&](std::string_view item) { found |= http::equalsIgnoreCase(item, token); });
  }
  return found;
}

int MessageHead::count(std::string_view name) const {
  int count = 0;
  for (const Field& field : fields) count += http::equalsIgnoreCase(field.name, name);
  return count;
}

}  // namespace shopkeeper::sidecar
