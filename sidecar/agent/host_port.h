// "10.244.1.5:8080", "[::1]:8080" or "name.svc:8443", split.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace shopkeeper::sidecar {

struct HostPort {
  std::string host;  // without the brackets of an IPv6 literal
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;

  std::string text() const;  // brackets an IPv6 literal again
};

// InvalidArgument where `text` is not HOST:PORT; port 0 is allowed (listeners: any free port).
Result<HostPort> parseHostPort(std::string_view text);

// Whether `host` is an IPv4 or IPv6 literal.
bool isIpLiteral(const std::string& host);

}  // namespace shopkeeper::sidecar
