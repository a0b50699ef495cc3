#include "sidecar/proxy/path_rules.h"

#include "common/http/message.h"

namespace shopkeeper::sidecar {
namespace {

constexpr PathVerdict malformed(const char* reason) { return {400, reason}; }

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The path decoded once and in small letters, as any service could at most read it.
PathVerdict decode(std::string_view path, std::string& decoded) {
  decoded.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto byte = static_cast<unsigned char>(path[i]);
    if (byte <= ' ' || byte >= 127) return malformed("the path holds a byte that must be escaped");
    if (path[i] == '\\') return malformed("the path holds a backslash");
    if (path[i] == '#') return malformed("the target holds a fragment");
    if (path[i] != '%') {
      decoded += lower(path[i]);
      continue;
    }
    const int high = i + 2 < path.size() ? hexDigit(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? hexDigit(path[i + 2]) : -1;
    if (high < 0 || low < 0) return malformed("the path holds a broken percent escape");
    const char c = static_cast<char>(high * 16 + low);
    if (c == '/' || c == '\\') return malformed("the path holds an encoded slash");
    if (static_cast<unsigned char>(c) < ' ' || c == 127) {
      return malformed("the path holds an encoded control character");
    }
    decoded += lower(c);
    i += 2;
  }
  return {};
}

PathVerdict checkSegments(std::string_view path) {
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, end - start);
    if (segment == "." || segment == "..") return malformed("the path holds a dot segment");
    if (segment.empty() && end < path.size()) return malformed("the path holds an empty segment");
    start = end + 1;
  }
  return {};
}

}  // namespace

PathVerdict checkIngressTarget(std::string_view target) {
  if (target.empty() || target.front() != '/') return malformed("the target must begin with '/'");
  const std::string_view path = target.substr(0, target.find('?'));
  if (target.find('#') != std::string_view::npos) return malformed("the target holds a fragment");

  std::string decoded;
  if (const PathVerdict verdict = decode(path, decoded); !verdict.allowed()) return verdict;
  if (const PathVerdict verdict = checkSegments(decoded); !verdict.allowed()) return verdict;

  // ";" starts path parameters, which some frameworks drop before they route.
  const std::string_view first =
      std::string_view(decoded).substr(1, decoded.find_first_of("/;", 1) - 1);
  if (first == "admin") {
    return {403, "administration is reached through kubectl port-forward only"};
  }
  if (first == "metrics" || first == "healthz" || first == "readyz") {
    return {404, "not served to other pods"};
  }
  return {};
}

bool toOriginForm(std::string_view target, std::string_view& originForm,
                  std::string_view& authority) {
  constexpr std::string_view scheme = "http://";
  if (!target.empty() && target.front() == '/') {
    originForm = target;
    return true;
  }
  if (target.size() <= scheme.size() ||
      !http::equalsIgnoreCase(target.substr(0, scheme.size()), scheme)) {
    return false;
  }
  const std::string_view rest = target.substr(scheme.size());
  const std::size_t slash = rest.find_first_of("/?#");
  authority = rest.substr(0, slash);
  if (authority.empty() || authority.find('@') != std::string_view::npos) return false;
  originForm = slash == std::string_view::npos ? std::string_view("/") : rest.substr(slash);
  return originForm.front() == '/';
}

}  // namespace shopkeeper::sidecar
