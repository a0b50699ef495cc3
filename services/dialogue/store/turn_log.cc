#include "services/dialogue/store/turn_log.h"

#include <nlohmann/json.hpp>

#include "common/log.h"

namespace shopkeeper::dialogue {
namespace {

using nlohmann::json;
constexpr std::chrono::milliseconds kSendTimeout{2'000};
constexpr std::chrono::milliseconds kPause{1'000};  // after a failure, for writes and for reads

http::CallOptions within(std::chrono::milliseconds timeout) {
  http::CallOptions options;
  options.timeout = timeout;
  return options;
}

}  // namespace

TurnLog::TurnLog(http::HttpClient& knowledge, const Clock& clock, Metrics& metrics,
                 std::size_t capacity)
    : knowledge_(knowledge),
      clock_(clock),
      capacity_(capacity),
      dropped_(metrics.counter("dialogue_turns_dropped_total",
                               "Turns given up because knowledge did not take them.")),
      stored_(metrics.counter("dialogue_turns_stored_total", "Turns that knowledge took.")) {}

TurnLog::~TurnLog() { stop(); }

void TurnLog::start() {
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void TurnLog::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  std::lock_guard lock(mutex_);
  for (const Entry& entry : queue_) {
    if (!send(entry)) break;
  }
  queue_.clear();
}

void TurnLog::append(const std::string& session, const std::string& message,
                     const std::string& reply) {
  const std::string at = toRfc3339(clock_.wallNow());
  const json body = {{"turns",
                      {{{"role", "user"}, {"text", message}, {"at", at}},
                       {{"role", "assistant"}, {"text", reply}, {"at", at}}}}};
  std::lock_guard lock(mutex_);
  queue_.push_back({session, body.dump(-1, ' ', false, json::error_handler_t::replace)});
  while (queue_.size() > capacity_) {
    queue_.pop_front();
    dropped_.Increment(2);
  }
  wake_.notify_all();
}

bool TurnLog::send(const Entry& entry) {
  http::Request request{.method = "POST",
                        .target = "/v1/sessions/" + http::percentEncode(entry.session) + "/turns",
                        .headers = {{"Content-Type", "application/json"}},
                        .body = entry.body,
                        .peer = {}};
  const auto response = knowledge_.send(request, within(kSendTimeout));
  // A refusal (4xx) would be refused again: only an absent or failing store is worth another try.
  const bool settled = response && response->status < 500 && response->status != 429;
  if (settled && response->status < 300) {
    stored_.Increment(2);
  } else if (settled) {
    dropped_.Increment(2);
    log::warn("turns refused", {{"http.response.status_code", response->status}});
  }
  return settled;
}

void TurnLog::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    Entry entry;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
      entry = std::move(queue_.front());
      queue_.pop_front();
    }
    if (send(entry)) continue;
    std::unique_lock lock(mutex_);
    if (queue_.size() < capacity_) {
      queue_.push_front(std::move(entry));
    } else {
      dropped_.Increment(2);
    }
    wake_.wait_for(lock, stop, kPause, [] { return false; });
  }
}

std::optional<std::vector<Turn>> TurnLog::read(const std::string& session,
                                               std::chrono::milliseconds timeout) {
  {
    std::lock_guard lock(mutex_);
    if (clock_.now() < quietUntil_) return std::nullopt;
  }
  const http::Request request{.method = "GET",
                              .target = "/v1/sessions/" + http::percentEncode(session),
                              .headers = {},
                              .body = {},
                              .peer = {}};
  const auto response = knowledge_.send(request, within(timeout));
  if (!response || response->status >= 500) {
    std::lock_guard lock(mutex_);
    quietUntil_ = clock_.now() + kPause;
    return std::nullopt;
  }
  if (response->status != 200) return std::nullopt;
  const json body = json::parse(response->body, nullptr, false);
  std::vector<Turn> turns;
  if (!body.is_object() || !body.contains("turns") || !body["turns"].is_array()) {
    return std::nullopt;
  }
  for (const json& turn : body["turns"]) {
    if (!turn.is_object()) continue;
    turns.push_back({turn.value("role", ""), turn.value("text", "")});
  }
  constexpr std::size_t kLast = 6;
  if (turns.size() > kLast) turns.erase(turns.begin(), turns.end() - kLast);
  return turns;
}

}  // namespace shopkeeper::dialogue
