// The last good answer, marked as stale, where the upstream has none.
#include "sidecar/proxy/exchange.h"

namespace shopkeeper::sidecar {

std::string Exchange::fallbackKey() const {
  std::string key = admission_.upstream->name();
  key.append(" ").append(admission_.target).append(" ").append(head_.get("Accept-Language"));
  return key;
}

void Exchange::keepAnswer(const ResponseHead& answer) {
  const wire::FallbackPolicy& policy = policy_->fallback;
  if (context_.fallback == nullptr || policy.maxBytes == 0 || !orders_.capture.whole()) return;
  if (!mayKeep(head_, answer)) return;
  KeptAnswer kept;
  ResponseEdits edits;
  edits.framing = Framing::Length;
  edits.length = orders_.capture.bytes().size();
  writeResponseHead(kept.head, answer, edits);
  kept.head.resize(kept.head.size() - 2);  // the empty line comes after what is added later
  kept.body = orders_.capture.bytes();
  kept.at = std::chrono::steady_clock::now();
  context_.fallback->put(fallbackKey(), std::move(kept), static_cast<std::size_t>(policy.maxBytes));
}

std::shared_ptr<const KeptAnswer> Exchange::lastGoodAnswer() const {
  const wire::FallbackPolicy& policy = policy_->fallback;
  if (context_.fallback == nullptr || policy.maxBytes == 0 || abandoned_) return nullptr;
  if (head_.method != "GET" || !upload_.complete()) return nullptr;
  return context_.fallback->get(fallbackKey(), std::chrono::steady_clock::now(),
                                std::chrono::milliseconds(policy.maxAgeMs));
}

Task<bool> Exchange::answerStale(const KeptAnswer& kept) {
  const bool keep = head_.keepAlive && !context_.draining;
  const auto age =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - kept.at)
          .count();
  std::string head = kept.head;
  head.append(kStaleHeader).append(": ").append(std::to_string(age)).append("\r\n");
  if (!keep) head.append("Connection: close\r\n");
  head.append("\r\n");
  context_.stats.stale.add();
  const std::array<asio::const_buffer, 2> out{asio::buffer(head), asio::buffer(kept.body)};
  const bool written = co_await writeToClient(out);
  if (!written) co_return false;
  status_ = 200;
  co_return keep;
}

}  // namespace shopkeeper::sidecar
