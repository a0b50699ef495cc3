#include "sidecar/agent/yaml_fields.h"

#include <algorithm>
#include <charconv>

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kMaxShown = 60;  // bytes of a wrong value that an error repeats

std::string shown(const std::string& value) {
  return value.size() <= kMaxShown ? value : value.substr(0, kMaxShown) + "...";
}

bool isDnsLabel(const std::string& text) {
  if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

YamlFields::YamlFields(const YAML::Node& node, std::string where, std::string& error)
    : node_(node), where_(std::move(where)), error_(error) {
  if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) fail("", "must be a mapping");
}

std::string YamlFields::pathOf(const std::string& name) const {
  if (where_.empty()) return name.empty() ? "the document" : name;
  return name.empty() ? where_ : where_ + "." + name;
}

void YamlFields::fail(const std::string& name, const std::string& rule) {
  if (error_.empty()) error_ = pathOf(name) + " " + rule;
}

YAML::Node YamlFields::find(const char* name) {
  known_.insert(name);
  if (!error_.empty() || !node_.IsDefined() || !node_.IsMap()) {
    return YAML::Node(YAML::NodeType::Undefined);
  }
  // operator[] on a const node does not insert.
  const YAML::Node& fields = node_;
  const YAML::Node value = fields[name];
  return value.IsDefined() && !value.IsNull() ? value : YAML::Node(YAML::NodeType::Undefined);
}

void YamlFields::text(const char* name, std::string& out) {
  const YAML::Node value = find(name);
  if (!value.IsDefined()) return;
  if (!value.IsScalar()) return fail(name, "must be a text");
  out = value.Scalar();
}

void YamlFields::requireText(const char* name, std::string& out) {
  text(name, out);
  if (out.empty()) fail(name, "is missing: it must be a non-empty text");
}

void YamlFields::requireName(const char* name, std::string& out) {
  requireText(name, out);
  if (!isDnsLabel(out)) {
    fail(name, "is \"" + shown(out) +
                   "\": it must be 1 to 63 of a-z, 0-9 and '-', neither first nor last a '-'");
  }
}

void YamlFields::absolutePath(const char* name, std::string& out) {
  text(name, out);
  if (out.empty() || out.front() != '/' ||
      std::any_of(out.begin(), out.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
    fail(name, "is \"" + shown(out) + "\": it must be a path that begins with '/'");
  }
}

void YamlFields::address(const char* name, HostPort& out, bool mustBeIp) {
  std::string value = out.text();
  text(name, value);
  const auto parsed = parseHostPort(value);
  if (!parsed || (mustBeIp && !isIpLiteral(parsed->host))) {
    return fail(name, "is \"" + shown(value) + "\": it must be " +
                          (mustBeIp ? "IP:PORT, such as 127.0.0.1:8080"
                                    : "HOST:PORT, such as operator.svc:8443"));
  }
  out = *parsed;
}

void YamlFields::number(const char* name, std::int64_t& out, std::int64_t min, std::int64_t max) {
  const YAML::Node value = find(name);
  if (!value.IsDefined()) return;
  const std::string digits = value.IsScalar() ? value.Scalar() : "a " + std::string("structure");
  std::int64_t parsed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  if (error != std::errc{} || end != digits.data() + digits.size() || parsed < min ||
      parsed > max) {
    return fail(name, "is \"" + shown(digits) + "\": it must be a whole number from " +
                          std::to_string(min) + " to " + std::to_string(max));
  }
  out = parsed;
}

void YamlFields::duration(const char* name, std::chrono::milliseconds& out, std::int64_t min,
                          std::int64_t max) {
  std::int64_t value = out.count();
  number(name, value, min, max);
  out = std::chrono::milliseconds(value);
}

void YamlFields::object(const char* name, const std::function<void(YamlFields&)>& read) {
  YamlFields fields(find(name), pathOf(name), error_);
  read(fields);
  fields.refuseUnknown();
}

void YamlFields::list(const char* name, std::size_t max,
                      const std::function<void(YamlFields&)>& read) {
  const YAML::Node value = find(name);
  if (!value.IsDefined()) return;
  if (!value.IsSequence()) return fail(name, "must be a list");
  if (value.size() > max) {
    return fail(name, "has " + std::to_string(value.size()) + " items: at most " +
                          std::to_string(max) + " are allowed");
  }
  for (std::size_t i = 0; i < value.size() && error_.empty(); ++i) {
    YamlFields fields(value[i], pathOf(name) + "[" + std::to_string(i) + "]", error_);
    read(fields);
    fields.refuseUnknown();
  }
}

void YamlFields::refuseUnknown() {
  if (!error_.empty() || !node_.IsDefined() || !node_.IsMap()) return;
  std::set<std::string> seen;
  for (const auto& field : node_) {
    const std::string name = field.first.IsScalar() ? field.first.Scalar() : "(structure)";
    if (!known_.contains(name)) {
      std::string allowed;
      for (const std::string& each : known_) allowed += (allowed.empty() ? "" : ", ") + each;
      return fail(shown(name), "is not a known field: allowed are " + allowed);
    }
    if (!seen.insert(name).second) return fail(name, "is given twice");
  }
}

}  // namespace shopkeeper::sidecar
