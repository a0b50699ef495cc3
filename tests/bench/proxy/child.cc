#include "tests/bench/proxy/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace shopkeeper::bench {

Result<Child> Child::start(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return Error(ErrorCode::Unavailable, std::string("fork: ") + std::strerror(errno));
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  return Result<Child>(Child(pid));
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Child::~Child() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::finish() {
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 600 && running(); ++i) ::usleep(100'000);
}

bool Child::running() const {
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  return info.si_pid == 0;
}

std::chrono::nanoseconds Child::cpu() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

namespace {

// Adds what a line of smaps or smaps_rollup says.
void add(const std::string& line, Holding& to) {
  if (line.starts_with("Rss:")) to.residentMiB += std::stod(line.substr(4)) / 1024;
  if (line.starts_with("Anonymous:")) to.anonymousMiB += std::stod(line.substr(10)) / 1024;
}

}  // namespace

std::map<std::string, Holding> Child::holdingByFile() const {
  constexpr std::size_t kPathAt = 73;  // of proc(5), where the address has 12 digits
  std::map<std::string, Holding> files;
  Holding* current = &files[""];
  std::ifstream mappings("/proc/" + std::to_string(pid_) + "/smaps");
  for (std::string line; std::getline(mappings, line);) {
    const bool isHeader = !line.empty() && std::isupper(static_cast<unsigned char>(line[0])) == 0;
    if (isHeader) current = &files[line.size() > kPathAt ? line.substr(kPathAt) : ""];
    add(line, *current);
  }
  return files;
}

Holding Child::holding() const {
  const std::filesystem::path process = "/proc/" + std::to_string(pid_);
  Holding now;
  std::ifstream memory(process / "smaps_rollup");
  for (std::string line; std::getline(memory, line);) add(line, now);
  const auto entries = [&](const char* directory) {
    std::error_code gone;  // the process may have ended
    const std::filesystem::directory_iterator listing(process / directory, gone);
    return static_cast<int>(std::distance(begin(listing), end(listing)));
  };
  now.descriptors = entries("fd");
  now.threads = entries("task");
  return now;
}

}  // namespace shopkeeper::bench
