// Certificates made on the spot, for tests of TLS.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace shopkeeper::testing {

struct TestIdentity {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

// A certificate authority of its own: two of them do not trust each other.
class TestCa {
 public:
  TestCa();
  ~TestCa();
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;

  const std::string& certificate() const { return pem_; }
  // Valid from a minute before its end or now, whichever is earlier. Names as in openssl:
  // "DNS:localhost", "IP:127.0.0.1".
  TestIdentity issue(const std::string& commonName, const std::vector<std::string>& altNames,
                     std::chrono::seconds endsIn = std::chrono::hours(1));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string pem_;
};

}  // namespace shopkeeper::testing
