#include "sidecar/agent/host_port.h"

#include <arpa/inet.h>

#include <charconv>

namespace shopkeeper::sidecar {
namespace {

Error malformed(std::string_view text) {
  return Error(ErrorCode::InvalidArgument,
               "\"" + std::string(text) + "\" is not HOST:PORT, such as 127.0.0.1:8080");
}

}  // namespace

std::string HostPort::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<HostPort> parseHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return malformed(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.find_first_of("[]/ \t\r\n") != std::string_view::npos) return malformed(text);
  if (!bracketed && host.find(':') != std::string_view::npos) return malformed(text);

  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port > 65'535) {
    return malformed(text);
  }
  return HostPort{std::string(host), static_cast<std::uint16_t>(port)};
}

bool isIpLiteral(const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address) == 1;
}

}  // namespace shopkeeper::sidecar
