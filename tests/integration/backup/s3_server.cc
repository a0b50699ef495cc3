#include "tests/integration/backup/s3_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/testing/raw_client.h"

namespace shopkeeper::backup::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kAccessKey[] = "test-access";
constexpr char kSecretKey[] = "test-secret/with+odd=characters";

// SHOPKEEPER_S3_SERVER, or the newest of the local cluster's cache.
std::string findProgram() {
  if (const char* named = std::getenv("SHOPKEEPER_S3_SERVER")) return named;
  const char* cache = std::getenv("SHOPKEEPER_CACHE");
  const char* home = std::getenv("HOME");
  const fs::path bin =
      (cache != nullptr ? fs::path(cache)
                        : fs::path(home != nullptr ? home : "/root") / ".cache" / "shopkeeper") /
      "bin";
  std::string found;
  fs::file_time_type newest = fs::file_time_type::min();
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(bin, ignored)) {
    const fs::path program = entry.path() / "versitygw";
    std::error_code missing;
    const auto time = fs::last_write_time(program, missing);
    if (missing || time < newest) continue;
    newest = time;
    found = program.string();
  }
  return found;
}

int freePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

std::unique_ptr<S3Server> S3Server::start(std::string& whyNot, const Tls* tls) {
  const std::string program = findProgram();
  if (program.empty()) {
    whyNot = "no S3 server on this machine: tests/cluster/cluster binaries builds it";
    return nullptr;
  }
  ::setenv("no_proxy", "127.0.0.1,localhost", 1);
  std::unique_ptr<S3Server> server(new S3Server(program, tls != nullptr));
  fs::create_directory(server->directory_.path() + "/objects");
  if (tls != nullptr) {
    std::ofstream(server->directory_.path() + "/tls.crt") << tls->certificate;
    std::ofstream(server->directory_.path() + "/tls.key") << tls->key;
  }
  // Somebody else may take a free port in between.
  for (int tries = 0; tries < 5; ++tries) {
    server->port_ = freePort();
    server->launch();
    if (server->answers()) return server;
    server->kill();
  }
  std::ifstream log(server->directory_.path() + "/log");
  throw std::runtime_error("the S3 server does not come up: " +
                           std::string(std::istreambuf_iterator<char>(log), {}));
}

void S3Server::launch() {
  const std::string address = "127.0.0.1:" + std::to_string(port_);
  const std::string objects = directory_.path() + "/objects";
  const std::string log = directory_.path() + "/log";
  const std::string certificate = directory_.path() + "/tls.crt";
  const std::string key = directory_.path() + "/tls.key";
  std::vector<const char*> arguments = {program_.c_str(), "--port", address.c_str(), "--quiet",
                                        "--keep-alive"};
  if (tls_)
    arguments.insert(arguments.end(), {"--cert", certificate.c_str(), "--key", key.c_str()});
  arguments.insert(arguments.end(), {"posix", objects.c_str(), nullptr});
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing behind
  if (::getppid() != parent) ::_exit(1);
  ::setenv("ROOT_ACCESS_KEY", kAccessKey, 1);
  ::setenv("ROOT_SECRET_KEY", kSecretKey, 1);
  const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::execv(program_.c_str(), const_cast<char**>(arguments.data()));
  ::_exit(127);
}

bool S3Server::answers() const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return false;
    if (shopkeeper::testing::RawClient(static_cast<std::uint16_t>(port_)).connected()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void S3Server::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void S3Server::startAgain() {
  launch();
  if (!answers()) throw std::runtime_error("the S3 server does not come up again");
}

S3Server::~S3Server() { kill(); }

// The server takes the directories below its own as buckets. Object lock needs a request.
void S3Server::makeBucket(const std::string& name, bool objectLock) {
  S3Options options = optionsForNewBucket();
  S3Request request{"PUT", "/" + name, {}, {{"host", options.endpoint.substr(7)}}, sha256Hex({})};
  if (objectLock) request.headers.emplace_back("x-amz-bucket-object-lock-enabled", "true");
  sign(request, options.credentials, options.region, systemClock().wallNow());
  HttpCall call{"PUT", options.endpoint + "/" + name, {}, std::span<const std::byte>(), 1 << 20};
  for (const auto& [key, value] : request.headers) call.headers.push_back(key + ": " + value);
  const auto made = HttpTransfer({}).perform(call);
  if (!made || made->status != 200) throw std::runtime_error("no bucket " + name);
}

S3Options S3Server::optionsForNewBucket(int port) {
  const std::string bucket = "bucket-" + std::to_string(++buckets_);
  fs::create_directory(directory_.path() + "/objects/" + bucket);
  S3Options options;
  options.endpoint = std::string(tls_ ? "https" : "http") +
                     "://127.0.0.1:" + std::to_string(port != 0 ? port : port_);
  options.bucket = bucket;
  options.credentials = {kAccessKey, kSecretKey, ""};
  return options;
}

S3Server* sharedS3Server(std::string& whyNot) {
  static std::string reason;
  static const std::unique_ptr<S3Server> server = S3Server::start(reason);
  whyNot = reason;
  return server.get();
}

}  // namespace shopkeeper::backup::testing
