#include "sidecar/agent/control_link.h"

#include "sidecar/agent/file.h"

namespace shopkeeper::sidecar {
namespace {

constexpr std::size_t kMaxCa = 1u << 20;
constexpr std::size_t kMaxToken = 64u << 10;
constexpr std::size_t kMaxAnswer = 8u << 20;
constexpr std::chrono::milliseconds kTimeout{3'000};

std::string trimmed(std::string text) {
  const auto isSpace = [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; };
  while (!text.empty() && isSpace(text.back())) text.pop_back();
  return text;
}

}  // namespace

Status ControlLink::refreshTrust() {
  struct stat found{};
  FileVersion version;
  if (::stat(config_.caFile.c_str(), &found) == 0) {
    version = {found.st_ino,
               found.st_mtim.tv_sec * std::int64_t{1'000'000'000} + found.st_mtim.tv_nsec,
               found.st_size};
    if (trust_ != nullptr && version == caVersion_) return ok();
  }
  const auto pem = readSmallFile(config_.caFile, kMaxCa);
  if (!pem) return pem.error().within("CA of the operator");
  auto trust = trustOnly(*pem);
  if (!trust) return trust.error().within(config_.caFile);
  trust_ = *trust;
  caVersion_ = version;
  channel_.reset();
  return ok();
}

boost::asio::awaitable<Result<http::Response>> ControlLink::post(HostPort target,
                                                                 std::string body) {
  if (auto trusted = refreshTrust(); !trusted) co_return trusted.error();
  auto token = readSmallFile(config_.tokenFile, kMaxToken);
  if (!token) co_return token.error().within("token for the operator");
  if (channel_ == nullptr || target != connectedTo_) {
    connectedTo_ = target;
    channel_ = std::make_unique<HttpChannel>(io_, target, trust_, config_.serverName);
  }
  http::Request request;
  request.method = "POST";
  request.target = "/v1/heartbeat";
  request.headers.set("Authorization", "Bearer " + trimmed(*std::move(token)));
  request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  co_return co_await channel_->send(request, kTimeout, kMaxAnswer);
}

}  // namespace shopkeeper::sidecar
