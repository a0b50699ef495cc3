#include "tests/integration/backup/faulty_proxy.h"

#include "tests/testing/raw_client.h"

namespace shopkeeper::backup::testing {
namespace {

using shopkeeper::testing::fixedResponse;

constexpr char kSlowDown[] =
    "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Reduce your request "
    "rate.</Message></Error>";

// As readRequest(), for clients that wait for leave to send the body.
std::string readRequest(shopkeeper::testing::RawConnection& client) {
  std::string head = client.readHead();
  if (const auto at = head.find("Expect: 100-continue\r\n"); at != std::string::npos) {
    head.erase(at, sizeof "Expect: 100-continue\r\n" - 1);
    client.write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  const auto at = head.find("Content-Length: ");
  const std::size_t length = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  std::string request = head;
  while (request.size() < head.size() + length) {
    const std::string more = client.readSome();
    if (more.empty()) return "";
    request += more;
  }
  return request;
}

bool whole(const std::string& answer, bool head) {
  const auto end = answer.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto at = answer.find("Content-Length: ");
  if (head || at > end) return true;
  return answer.size() >= end + 4 + std::stoul(answer.substr(at + 16));
}

}  // namespace

FaultyProxy::FaultyProxy(int upstreamPort)
    : upstreamPort_(upstreamPort),
      server_([this](shopkeeper::testing::RawConnection& client, int) { serve(client); }) {}

void FaultyProxy::next(std::deque<Wrong> wrongs) {
  const std::lock_guard lock(mutex_);
  wrongs_ = std::move(wrongs);
}

void FaultyProxy::always(Wrong wrong) {
  const std::lock_guard lock(mutex_);
  always_ = wrong;
}

Wrong FaultyProxy::take() {
  const std::lock_guard lock(mutex_);
  if (wrongs_.empty()) return always_;
  const Wrong wrong = wrongs_.front();
  wrongs_.pop_front();
  return wrong;
}

void FaultyProxy::serve(shopkeeper::testing::RawConnection& client) {
  for (std::string request = readRequest(client); !request.empty(); request = readRequest(client)) {
    ++requests_;
    const Wrong wrong = take();
    if (wrong == Wrong::Reset) return client.reset();
    if (wrong == Wrong::SlowDown || wrong == Wrong::InternalError || wrong == Wrong::HotelPage) {
      const std::string answer = wrong == Wrong::SlowDown ? fixedResponse(503, "", kSlowDown)
                                 : wrong == Wrong::InternalError
                                     ? fixedResponse(500, "", "")
                                     : fixedResponse(200, "", "<html>Welcome</html>");
      if (!client.write(answer)) return;
      continue;
    }
    if (wrong == Wrong::DamagedUpload) request.back() = static_cast<char>(request.back() ^ 1);
    shopkeeper::testing::RawClient upstream(static_cast<std::uint16_t>(upstreamPort_));
    upstream.send(request);
    const bool head = request.starts_with("HEAD");
    const std::string answer =
        upstream.readUntil([&](const std::string& text) { return whole(text, head); });
    if (wrong == Wrong::LostAnswer) return client.reset();
    if (wrong == Wrong::TornAnswer || wrong == Wrong::Stall) {
      client.write(answer.substr(0, answer.size() / 2));
      if (wrong == Wrong::Stall) client.waitForClose(60'000);
      return;
    }
    if (!client.write(answer)) return;
  }
}

}  // namespace shopkeeper::backup::testing
