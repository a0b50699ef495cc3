// A real S3 server (versitygw, built by tests/cluster) over a temporary directory, on loopback.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "sidecar/backup/storage/s3_store.h"
#include "tests/services/temporary_directory.h"

namespace shopkeeper::backup::testing {

class S3Server {
 public:
  struct Tls {
    std::string certificate, key;  // PEM
  };
  // Null, with the reason in `whyNot`, where its program is not on this machine.
  static std::unique_ptr<S3Server> start(std::string& whyNot, const Tls* tls = nullptr);
  ~S3Server();
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;

  // For a new bucket of its own. `port`: of a proxy before the server.
  S3Options optionsForNewBucket(int port = 0);
  int port() const { return port_; }
  void makeBucket(const std::string& name, bool objectLock = false);

  void kill();
  // On the same port, with the same objects.
  void startAgain();

 private:
  S3Server(std::string program, bool tls) : program_(std::move(program)), tls_(tls) {}
  void launch();
  bool answers() const;

  const std::string program_;
  const bool tls_;
  shopkeeper::testing::TemporaryDirectory directory_;
  int port_ = 0;
  pid_t pid_ = -1;
  int buckets_ = 0;
};

// The one that all tests of a program share, where they do not harm it.
S3Server* sharedS3Server(std::string& whyNot);

}  // namespace shopkeeper::backup::testing
