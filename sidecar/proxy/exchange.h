// One request and its answer: chooses endpoints, tries, retries, and relays what comes back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/random.h"
#include "sidecar/agent/config.h"
#include "sidecar/proxy/access_record.h"
#include "sidecar/proxy/answer_capture.h"
#include "sidecar/proxy/connection_pool.h"
#include "sidecar/proxy/fallback_cache.h"
#include "sidecar/proxy/gate.h"
#include "sidecar/proxy/header_rules.h"
#include "sidecar/proxy/hedged_try.h"
#include "sidecar/proxy/mirror.h"
#include "sidecar/proxy/proxy_stats.h"
#include "sidecar/proxy/request_upload.h"
#include "sidecar/proxy/retry_policy.h"

namespace shopkeeper::sidecar {

class FaultTable;

// What all exchanges of one listener on one loop share. Outlives them.
struct ExchangeContext {
  asio::io_context& io;
  DeadlineWheel& wheel;
  ConnectionPool& pool;
  const Gate& gate;
  const ListenerLimits& limits;
  std::chrono::milliseconds connectTimeout;
  std::size_t bufferBytes;
  ProxyStats& stats;
  Random& random;
  const char* door;                   // "ingress" or "egress"
  bool forwardClientAddress;          // X-Forwarded-For
  const std::atomic<bool>& draining;  // answers carry "Connection: close"
  AccessSink* access;                 // may be null
  int accessSample;                   // every n-th request is logged; 0: none
  const FaultTable* faults;           // null at the egress
  FallbackCache* fallback;            // null at the ingress
  bool mayMirror;                     // the egress only
  MeshTls* mesh;                      // TLS between sidecars; null: none
  int mirrorsInFlight = 0;
};

// How often a try that may be made elsewhere asks whether that would be better.
inline constexpr std::chrono::milliseconds kLookWhileWaiting{100};

// The connection that the request came in on. Outlives the exchange.
struct ClientSide {
  Stream& stream;
  InputBuffer& input;
  MessageParser& parser;  // holds the parsed head
  const std::string& address;
};

// Lives on its loop's thread, for one request.
class Exchange {
 public:
  Exchange(ExchangeContext& context, ClientSide client, const Admission& admission);
  ~Exchange();

  // True when the client's connection can serve another request; otherwise it is to be closed
  // gently, or is closed already.
  Task<bool> run();
  // The client is gone: gives up at the next step, without blame for the endpoint.
  void abandon();
  // The client ended its direction, or the connection broke, while it waits for the answer.
  void onClientEnd(bool broken);
  bool awaitsAnswer() const { return status_ == 0 && !upload_.running(); }
  // Of the answer that was sent; 0 where none was.
  int status() const { return status_; }

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Try {
    Instant startedAt{};
    Outcome outcome = Outcome::Neutral;
    bool answered = false;  // the head of an answer is in connection_->parser
    bool reused = false;
    bool nothingSent = false;
    bool neverReachedService = false;
    bool cutShort = false;  // may be made elsewhere, so it gets part of the time only
  };

  // exchange.cc: the order of tries
  Task<bool> tryAll(Upstream& upstream);
  Task<Try> tryEndpoint(const Upstream::Pick& pick, RetryVerdict& verdict);
  Outcome blameFor(const Try& made) const;
  RetryVerdict judge(const Try& made, bool staleRetried) const;
  Task<bool> answerFailure(const Try& last);
  Task<bool> answerOwn(int status, std::string_view errorName, std::string_view message);
  Task<bool> answerClientFailure();

  // exchange_fault.cc: drills
  enum class Suffered { GoOn, Answered, Ended };  // Answered: the connection can go on
  Task<Suffered> suffer(const wire::Fault& fault);
  Task<void> hold(const wire::Fault& fault, Instant until);

  // exchange_fallback.cc: last good answers
  std::string fallbackKey() const;
  void keepAnswer(const ResponseHead& answer);
  std::shared_ptr<const KeptAnswer> lastGoodAnswer() const;  // null where there is none to serve
  Task<bool> answerStale(const KeptAnswer& kept);

  // exchange_mirror.cc: copies
  void chooseMirror();
  void sendMirror(int status, bool complete);

  // exchange_hedge.cc: a second try beside a slow one
  void armHedge(const Upstream::Pick& pick);
  void startHedge(const Upstream::Pick& beside);
  void onHedgeEnd();
  bool outrun() const;  // the second try has the answer, so the first is not waited for
  static int usefulness(const Try& made);
  // Waits for the second try where the first has no answer; then `lease` and `made` are those of
  // the one that goes on, and `connection_` is its.
  Task<void> settleHedge(Lease& lease, Try& made, RetryVerdict& verdict);

  // exchange_try.cc: one try
  Task<Try> attempt(const EndpointRef& endpoint, bool fresh, bool cutShort);
  Task<bool> sendRequest(Try& made);
  // Ends `head` and lists it and what is held of the body. `out` points into all three.
  void composeRequest(std::string& head, bool lastResort, std::vector<asio::const_buffer>& out,
                      std::string& scratch) const;
  Task<void> readAnswer(Try& made);
  Task<bool> onInformational(const ResponseHead& head, Try& made);
  void onReadError(const error_code& error, Try& made);
  void classify(const ResponseHead& head, Try& made) const;
  Task<bool> goOn();
  void limitTry(const Try& made);
  void armTry();
  bool goOnWaiting();

  // exchange_relay.cc: the answer
  Task<bool> relayAnswer(Outcome& outcome, const EndpointId& endpoint);
  Task<bool> relayUpgrade(Outcome& outcome, const EndpointId& endpoint);
  std::chrono::milliseconds stallLimit(const ResponseHead& answer) const;
  Task<bool> relayBody(Framing framing, std::string& head, Outcome& outcome);
  Task<bool> writeToClient(std::span<const asio::const_buffer> buffers);

  ExchangeContext& context_;
  ClientSide client_;
  const RequestHead& head_;
  const Admission& admission_;
  const std::shared_ptr<const wire::TrafficPolicy> policy_;
  const bool repeatable_;  // idempotent, or declared so
  const bool headRequest_;
  const bool upgrade_;  // the client asks for a WebSocket
  RequestUpload upload_;
  Instant deadline_{};
  std::chrono::milliseconds timeout_{};     // the upstream's own, or what the caller has left
  std::chrono::milliseconds ownTimeout_{};  // the upstream's own
  std::string requestHead_;                 // as sent upstream
  std::size_t openHead_ = 0;                // of it, what is the same for every try
  std::unique_ptr<UpstreamConnection> connection_;
  PickRequest wanted_;
  std::vector<EndpointRef> tried_;  // and given up
  struct {
    std::optional<Deadline> timer;
    std::shared_ptr<HedgedTry> second;  // while it is under way or its answer is not yet taken
    Try made;                           // by it, once it has ended
  } hedge_;
  int tries_ = 0;
  bool lastResort_ = false;  // no other endpoint is well, as far as we know
  int status_ = 0;
  bool abandoned_ = false;
  bool writing_ = false;           // to the client, now
  bool asked_ = false;             // an interim answer went out to see whether the client is there
  bool awaitingContinue_ = false;  // the client waits for 100 before it sends the body
  bool continueOverdue_ = false;
  Deadline continueTimer_;
  const Upstream::Pick* pick_ = nullptr;  // of the try under way, where it may be made elsewhere
  Instant tryUntil_{};
  struct {
    bool corrupt = false;              // a drill changes the body
    AnswerCapture capture;             // as it came, to be kept or compared
    std::optional<MirrorPick> mirror;  // a copy of the request is to be sent
  } orders_;
};

}  // namespace shopkeeper::sidecar
