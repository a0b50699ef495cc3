#include "sidecar/agent/directive_file.h"

#include "sidecar/agent/file.h"

namespace shopkeeper::sidecar {
namespace {

constexpr const char* kName = "directives.json";
constexpr std::size_t kMaxBytes = 8u << 20;

}  // namespace

Status saveDirectives(const std::string& stateDir, const wire::Directives& directives) {
  return replaceFile(stateDir, kName, wire::toJson(directives));
}

Result<std::optional<wire::Directives>> loadDirectives(const std::string& stateDir) {
  const std::string path = stateDir + "/" + kName;
  const auto text = readSmallFile(path, kMaxBytes);
  if (!text && text.error().code() == ErrorCode::NotFound) {
    return std::optional<wire::Directives>();
  }
  if (!text) return text.error();
  auto directives = wire::parseDirectives(*text);
  if (!directives) return Error(ErrorCode::Corrupt, path + ": " + directives.error().message());
  return std::optional<wire::Directives>(std::move(*directives));
}

}  // namespace shopkeeper::sidecar
