// One served request, for the opt-in access log.
#pragma once

#include <chrono>
#include <string>

namespace shopkeeper::sidecar {

struct AccessRecord {
  const char* door = "";  // "ingress" or "egress"
  std::string method;
  std::string target;  // at most 512 bytes
  std::string client;
  std::string upstream;
  int status = 0;  // 0: no answer was sent
  std::chrono::microseconds duration{0};
};

// Must not block.
class AccessSink {
 public:
  virtual ~AccessSink() = default;
  virtual void access(AccessRecord record) = 0;
};

}  // namespace shopkeeper::sidecar
