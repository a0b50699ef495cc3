// Reads the fields of one YAML mapping; remembers the first mistake as a sentence.
#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "sidecar/agent/host_port.h"

namespace shopkeeper::sidecar {

// All reads after the first mistake do nothing. Absent fields keep their default.
class YamlFields {
 public:
  // `error` is shared by the readers of one document and must outlive them.
  YamlFields(const YAML::Node& node, std::string where, std::string& error);

  void text(const char* name, std::string& out);
  void requireText(const char* name, std::string& out);
  // A DNS-1123 label, as Kubernetes names are.
  void requireName(const char* name, std::string& out);
  void absolutePath(const char* name, std::string& out);
  void address(const char* name, HostPort& out, bool mustBeIp);
  void duration(const char* name, std::chrono::milliseconds& out, std::int64_t min,
                std::int64_t max);

  template <class Int>
  void integer(const char* name, Int& out, std::int64_t min, std::int64_t max) {
    std::int64_t value = static_cast<std::int64_t>(out);
    number(name, value, min, max);
    out = static_cast<Int>(value);
  }

  // Reads a nested mapping; absent is as good as empty.
  void object(const char* name, const std::function<void(YamlFields&)>& read);
  void list(const char* name, std::size_t max, const std::function<void(YamlFields&)>& read);

  void fail(const std::string& name, const std::string& rule);
  // Call last: any field that nobody asked for is a mistake.
  void refuseUnknown();

 private:
  YAML::Node find(const char* name);
  void number(const char* name, std::int64_t& out, std::int64_t min, std::int64_t max);
  std::string pathOf(const std::string& name) const;

  YAML::Node node_;
  std::string where_;
  std::string& error_;
  std::set<std::string> known_;
};

}  // namespace shopkeeper::sidecar
