#include "tests/bench/proxy/load.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <utility>

#include "common/http/message.h"
#include "tests/bench/proxy/backend.h"
#include "tests/bench/proxy/net.h"

namespace shopkeeper::bench {
namespace {

constexpr std::string_view kRequest =
    "GET /v1/search?q=kettle&page=1 HTTP/1.1\r\nHost: search\r\nUser-Agent: shopkeeper-bench\r\n"
    "Accept: application/json\r\nAccept-Language: en\r\n\r\n";

constexpr std::chrono::seconds kPatience{10};

Error bad(std::string what) { return {ErrorCode::Unavailable, std::move(what)}; }

// The length of a whole answer, 0 where more must come.
Result<std::size_t> wholeAnswer(std::string_view got) {
  const std::size_t end = got.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  if (!got.starts_with("HTTP/1.1 200")) return bad("answer: " + std::string(got.substr(0, 200)));
  constexpr std::string_view kLength = "content-length: ";
  for (std::size_t line = got.find("\r\n"); line < end; line = got.find("\r\n", line + 2)) {
    if (!http::equalsIgnoreCase(got.substr(line + 2, kLength.size()), kLength)) continue;
    if (std::stoul(std::string(got.substr(line + 2 + kLength.size(), 8))) != Backend::kBodyBytes) {
      break;
    }
    const std::size_t whole = end + 4 + Backend::kBodyBytes;
    return got.size() >= whole ? whole : 0;
  }
  return bad("an answer without the backend's length: " + std::string(got.substr(0, end)));
}

}  // namespace

Result<Load> Load::open(std::uint16_t port, int connections) {
  Load load;
  load.port_ = port;
  ::prctl(PR_SET_TIMERSLACK, 1'000UL);  // ns: the clock of the open loop
  load.epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < connections; ++i) {
    const auto fd = connectTo(port);
    if (!fd) return fd.error();
    watch(load.epoll_, *fd, EPOLLIN);
    load.idle_.push_back(load.peers_.size());
    load.peers_.emplace_back().fd = *fd;
  }
  return Result<Load>(std::move(load));
}

Load::Load(Load&& other) noexcept
    : port_(other.port_),
      epoll_(std::exchange(other.epoll_, -1)),
      peers_(std::move(other.peers_)),
      idle_(std::move(other.idle_)) {
  other.peers_.clear();
}

Load::~Load() {
  for (const Peer& peer : peers_) ::close(peer.fd);
  if (epoll_ >= 0) ::close(epoll_);
}

Status Load::reopen(Peer& peer) {
  const auto fd = connectTo(port_);
  if (!fd) return fd.error();
  ::close(peer.fd);
  peer = {};
  peer.fd = *fd;
  watch(epoll_, *fd, EPOLLIN);
  return ok();
}

Status Load::send(std::size_t index, Steady::time_point due) {
  Peer& peer = peers_[index];
  peer.due = due;
  peer.sent = Steady::now();
  peer.busy = true;
  if (::send(peer.fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size())) {
    return bad("a connection ended between two requests");
  }
  return ok();
}

Result<bool> Load::receive(Peer& peer) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::recv(peer.fd, bytes.data(), bytes.size(), 0);
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) return bad("a connection ended while an answer was awaited");
  peer.got.append(bytes.data(), static_cast<std::size_t>(got));
  const auto whole = wholeAnswer(peer.got);
  if (!whole) return whole.error();
  if (*whole == 0) return false;
  peer.got.erase(0, *whole);
  return true;
}

void Load::wait(Steady::time_point until) {
  const auto left = std::max(Steady::duration::zero(), until - Steady::now());
  const timespec timeout{.tv_sec = left / std::chrono::seconds(1),
                         .tv_nsec = (left % std::chrono::seconds(1)).count()};
  std::array<epoll_event, 64> events;
  const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  ready_.clear();
  failed_.clear();
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<std::size_t>(i)].data.fd;
    const auto peer =
        std::find_if(peers_.begin(), peers_.end(), [&](const Peer& p) { return p.fd == fd; });
    const auto index = static_cast<std::size_t>(peer - peers_.begin());
    if (!peer->busy) {  // its end, or bytes nobody asked for: the next send() finds out
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
      ::shutdown(fd, SHUT_RDWR);
      continue;
    }
    const auto whole = receive(*peer);
    if (whole && !*whole) continue;
    peer->busy = false;
    if (whole) {
      ready_.push_back(index);
    } else {
      failed_.push_back({index, whole.error()});
    }
  }
}

void Load::failOverdue(Steady::time_point now) {
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (!peers_[i].busy || now - peers_[i].sent < kPatience) continue;
    peers_[i].busy = false;
    failed_.push_back({i, bad("no answer within 10 s")});
  }
}

Status Load::closedLoop(int requests) {
  const auto limit = Steady::now() + std::chrono::seconds(60);
  int toSend = requests;
  for (int answered = 0; answered < requests;) {
    while (toSend > 0 && !idle_.empty()) {
      if (auto sent = send(idle_.front(), {}); !sent) return sent;
      idle_.pop_front();
      --toSend;
    }
    wait(limit);
    if (!failed_.empty()) return failed_.front().error;
    if (ready_.empty() && Steady::now() > limit) return bad("answers did not come within 60 s");
    answered += static_cast<int>(ready_.size());
    idle_.insert(idle_.end(), ready_.begin(), ready_.end());
  }
  return ok();
}

Result<std::vector<double>> Load::openLoop(int rps, std::chrono::milliseconds length) {
  std::vector<double> latencies;
  std::string firstLost;
  const auto done = openLoop(
      rps, length,
      {.sent = [] {},
       .answered = [&](double micros) { latencies.push_back(micros); },
       .lost = [&](const std::string& why) { firstLost = firstLost.empty() ? why : firstLost; }});
  if (!done) return done.error();
  if (!firstLost.empty()) return bad(firstLost);
  return latencies;
}

Status Load::openLoop(int rps, std::chrono::milliseconds length, const Observer& observer) {
  const auto total = static_cast<std::size_t>(rps * length.count() / 1000);
  const auto interval = std::chrono::nanoseconds(1'000'000'000 / rps);
  const auto begun = Steady::now() + std::chrono::milliseconds(1);
  const auto dueAt = [&](std::size_t i) { return begun + static_cast<long>(i) * interval; };
  auto overdueCheck = begun + std::chrono::seconds(1);
  std::size_t sent = 0;
  for (std::size_t done = 0; done < total;) {
    failed_.clear();
    while (sent < total && !idle_.empty() && dueAt(sent) <= Steady::now()) {
      const std::size_t index = idle_.front();
      idle_.pop_front();
      observer.sent();
      if (auto went = send(index, dueAt(sent)); !went) {
        peers_[index].busy = false;
        failed_.push_back({index, went.error()});
      }
      ++sent;
    }
    if (failed_.empty()) {
      const bool timed = sent < total && !idle_.empty();
      wait(timed ? std::min(dueAt(sent), overdueCheck) : overdueCheck);
    } else {
      ready_.clear();
    }
    const auto now = Steady::now();
    if (now >= overdueCheck) {
      failOverdue(now);
      overdueCheck = now + std::chrono::seconds(1);
    }
    done += ready_.size() + failed_.size();
    for (const std::size_t index : ready_) {
      observer.answered(std::chrono::duration<double, std::micro>(now - peers_[index].due).count());
      idle_.push_back(index);
    }
    for (const Failed& failed : failed_) {
      observer.lost(failed.error.message());
      if (auto opened = reopen(peers_[failed.peer]); !opened) return opened;
      idle_.push_back(failed.peer);
    }
  }
  return ok();
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank =
      static_cast<std::size_t>(std::max(1.0, std::ceil(q * static_cast<double>(values.size()))));
  return values[std::min(rank, values.size()) - 1];
}

}  // namespace shopkeeper::bench
