#include "services/ui/server/upstream.h"

#include "common/http/router.h"

namespace shopkeeper::ui {
namespace {

constexpr int kTolerated = 3;
constexpr std::chrono::milliseconds kRest{2'000};
constexpr std::chrono::seconds kFresh{5};
constexpr std::chrono::milliseconds kProbeTimeout{500};

prometheus::Counter& calls(Metrics& metrics, const std::string& name, const char* outcome) {
  return metrics.counter("ui_upstream_calls_total", "Calls to upstreams by outcome.",
                         {{"upstream", name}, {"outcome", outcome}});
}

}  // namespace

Upstream::Upstream(std::string name, std::unique_ptr<http::HttpClient> client,
                   std::chrono::milliseconds timeout, const Clock& clock, Metrics& metrics)
    : name_(std::move(name)),
      client_(std::move(client)),
      timeout_(timeout),
      clock_(clock),
      good_(calls(metrics, name_, "good")),
      bad_(calls(metrics, name_, "bad")) {}

Result<http::Response> Upstream::get(const std::string& target) {
  http::Request request;
  request.target = target;
  return send(request, timeout_);
}

Result<http::Response> Upstream::post(const std::string& target, std::string body) {
  http::Request request;
  request.method = "POST";
  request.target = target;
  request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  return send(request, timeout_);
}

bool Upstream::admitted() {
  std::lock_guard lock(mutex_);
  if (failures_ < kTolerated) return true;
  if (clock_.now() < openUntil_) return false;
  openUntil_ = clock_.now() + kRest;  // this call is the trial; others go on failing at once
  return true;
}

void Upstream::settle(bool good) {
  (good ? good_ : bad_).Increment();
  std::lock_guard lock(mutex_);
  everSettled_ = true;
  lastSettled_ = clock_.now();
  failures_ = good ? 0 : failures_ + 1;
  if (!good && failures_ >= kTolerated) openUntil_ = clock_.now() + kRest;
}

Result<http::Response> Upstream::send(const http::Request& request,
                                      std::chrono::milliseconds timeout) {
  if (!admitted()) {
    return Error(ErrorCode::Unavailable, name_ + " failed several times and rests for a moment");
  }
  http::CallOptions options;
  options.timeout = timeout;
  options.maxBodyBytes = 4u << 20;
  auto response = client_->send(request, options);
  const bool good = response && response->status < 500 && response->status != 429;
  settle(good);
  if (!response) return response.error().within(name_);
  if (!good) {
    return Error(ErrorCode::Unavailable, name_ + " answered " + std::to_string(response->status));
  }
  return response;
}

Upstream::Health Upstream::health() const {
  std::lock_guard lock(mutex_);
  if (!everSettled_) return Health::Unknown;
  return failures_ == 0 ? Health::Up : Health::Down;
}

void Upstream::probe() {
  {
    std::lock_guard lock(mutex_);
    if (everSettled_ && clock_.now() - lastSettled_ < kFresh) return;
  }
  http::Request request;
  request.target = "/openapi.json";
  (void)send(request, kProbeTimeout);
}

}  // namespace shopkeeper::ui
