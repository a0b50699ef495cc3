#include "services/runtime/request_context.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace shopkeeper::services {
namespace {

constexpr std::string_view kUser = "X-Shopkeeper-User";
constexpr std::string_view kDeadline = "X-Shopkeeper-Deadline-Ms";
constexpr std::string_view kPriority = "X-Shopkeeper-Priority";
constexpr std::string_view kRequestId = "X-Request-Id";
constexpr std::size_t kMaxValue = 128;
constexpr std::int64_t kMaxDeadlineMs = 3'600'000;

thread_local RequestContext* current = nullptr;

}  // namespace

RequestContext::RequestContext(const http::Request& request, Caller caller, const Clock& clock)
    : clock_(clock), outer_(current) {
  const auto keep = [&](std::string_view name) {
    const auto value = request.headers.get(name);
    if (value && value->size() <= kMaxValue) fields_.set(name, std::string(*value));
  };
  keep(kRequestId);
  current = this;
  if (caller == Caller::Browser) return;
  keep(kUser);
  keep(kPriority);
  const auto text = request.headers.get(kDeadline).value_or("");
  std::int64_t left = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), left);
  if (problem != std::errc() || end != text.data() + text.size() || left < 0) return;
  hasDeadline_ = true;
  deadline_ = clock_.now() + std::chrono::milliseconds(std::min(left, kMaxDeadlineMs));
}

RequestContext::~RequestContext() { current = outer_; }

void RequestContext::setUser(std::string_view user) {
  if (current != nullptr) current->fields_.set(kUser, std::string(user));
}

std::chrono::milliseconds RequestContext::carryOn(http::Request& request,
                                                  std::chrono::milliseconds timeout) {
  if (current == nullptr) return timeout;
  for (const auto& [name, value] : current->fields_) request.headers.set(name, value);
  if (current->hasDeadline_) {
    const auto left =
        std::chrono::floor<std::chrono::milliseconds>(current->deadline_ - current->clock_.now());
    timeout = std::clamp(left, std::chrono::milliseconds(1),
                         std::max(timeout, std::chrono::milliseconds(1)));
    request.headers.set(kDeadline, std::to_string(timeout.count()));
  }
  return timeout;
}

}  // namespace shopkeeper::services
