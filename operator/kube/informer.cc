#include "operator/kube/informer.h"

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <utility>

#include "common/log.h"
#include "operator/kube/backoff.h"
#include "operator/kube/watcher.h"

namespace shopkeeper::kube {
namespace {

// One page of 500 large objects over a slow link.
constexpr std::chrono::milliseconds kListTimeout{60'000};
// A watch that the server ends sooner than this has not worked.
constexpr Duration kShortWatch = std::chrono::seconds(1);
// One failed attempt is everyday life; the third in a row is news for /readyz.
constexpr int kUnhealthyAfter = 3;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

}  // namespace

void dropManagedFields(nlohmann::json& document) {
  const auto metadata = document.find("metadata");
  if (metadata == document.end() || !metadata->is_object()) return;
  metadata->erase("managedFields");
  const auto annotations = metadata->find("annotations");
  if (annotations == metadata->end() || !annotations->is_object()) return;
  annotations->erase("kubectl.kubernetes.io/last-applied-configuration");
  if (annotations->empty()) metadata->erase("annotations");
}

InformerEvent::Type InformerEvent::type() const {
  if (!change_.after) return Type::Deleted;
  return change_.before ? Type::Updated : Type::Added;
}

struct Informer::Run {
  explicit Run(Informer& informer)
      : self(informer), backoff(Backoff::Options{}, informer.deps_.clock, informer.deps_.random) {}

  void loop(const std::stop_token& stop);
  bool list(const std::string& continueToken, const std::stop_token& stop);
  bool watch(const std::string& version, const std::stop_token& stop);
  bool advance(watcher::Input input);
  void take(watcher::Output output);
  void dispatch(Store::Change change, bool initial);
  Object transformed(const Object& object) const;
  void worked();
  void failed(const Error& error);

  Informer& self;
  Backoff backoff;
  watcher::State state = watcher::Empty{};
  std::vector<Store::Packed> initial;  // between InitStarted and InitDone

  mutable std::mutex mutex;
  mutable std::condition_variable_any syncedChanged;
  std::optional<Error> lastError;
  int failures = 0;

  std::jthread thread;  // last: joined first
};

Informer::Informer(Resource resource, InformerOptions options, Deps deps)
    : resource_(std::move(resource)),
      options_(std::move(options)),
      deps_(deps),
      store_(options_.labelIndexes),
      run_(std::make_unique<Run>(*this)) {}

Informer::~Informer() { stop(); }

void Informer::addHandler(InformerHandler handler) { handlers_.push_back(std::move(handler)); }

void Informer::start() {
  run_->thread = std::jthread([this](const std::stop_token& stop) { run_->loop(stop); });
}

void Informer::stop() {
  if (!run_->thread.joinable()) return;
  run_->thread.request_stop();
  run_->thread.join();
}

bool Informer::waitForSync(Duration timeout, const std::stop_token& stop) const {
  std::unique_lock lock(run_->mutex);
  return run_->syncedChanged.wait_for(lock, stop, timeout, [this] { return hasSynced(); });
}

Status Informer::health() const {
  std::lock_guard lock(run_->mutex);
  if (hasSynced() && run_->failures < kUnhealthyAfter) return ok();
  if (run_->lastError) return *run_->lastError;
  return Error(ErrorCode::Unavailable,
               "the first list of " + resource_.toString() + " is under way");
}

void Informer::Run::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool backOff = std::visit(
        Overloaded{[&](const watcher::Empty&) { return list({}, stop); },
                   [&](const watcher::InitPage& page) { return list(page.continueToken, stop); },
                   [&](const watcher::InitListed& at) { return watch(at.resourceVersion, stop); },
                   [&](const watcher::Watching& at) { return watch(at.resourceVersion, stop); }},
        watcher::State(state));
    if (backOff) self.deps_.pause.wait(backoff.next(), stop);
  }
}

// Both return whether to back off.
bool Informer::Run::list(const std::string& continueToken, const std::stop_token& stop) {
  ListOptions options;
  options.ns = self.options_.ns;
  options.labelSelector = self.options_.labelSelector;
  options.fieldSelector = self.options_.fieldSelector;
  Call call;
  call.timeout = kListTimeout;
  call.stop = stop;
  auto page = self.deps_.client.listPage(self.resource_, options, continueToken, call);
  if (stop.stop_requested()) return false;
  if (!page) {
    failed(page.error());
    return advance(watcher::ListFailed{page.error()});
  }
  worked();
  return advance(watcher::PageArrived{*std::move(page)});
}

bool Informer::Run::watch(const std::string& version, const std::stop_token& stop) {
  advance(watcher::WatchStarted{});
  WatchOptions options;
  options.ns = self.options_.ns;
  options.labelSelector = self.options_.labelSelector;
  options.fieldSelector = self.options_.fieldSelector;
  options.resourceVersion = version;
  options.onOpen = [this] { worked(); };
  Call call;
  call.stop = stop;
  const MonotonicTime begun = self.deps_.clock.now();
  bool heard = false;
  const Status status =
      self.deps_.client.watch(self.resource_, options, call, [&](WatchEvent event) {
        heard = true;
        advance(watcher::EventArrived{std::move(event)});
        return !stop.stop_requested();
      });
  if (stop.stop_requested()) return false;
  bool tooShort = false;
  if (status) {
    tooShort = !heard && self.deps_.clock.now() - begun < kShortWatch;
    if (!tooShort) worked();
  } else {
    failed(status.error());
  }
  return advance(watcher::WatchEnded{status}) || tooShort;
}

bool Informer::Run::advance(watcher::Input input) {
  watcher::Transition next = watcher::step(std::move(state), std::move(input));
  state = std::move(next.state);
  for (watcher::Output& output : next.outputs) take(std::move(output));
  return next.failed;
}

void Informer::Run::take(watcher::Output output) {
  std::visit(Overloaded{[&](watcher::InitStarted&) { initial.clear(); },
                        [&](watcher::InitApply& one) {
                          initial.push_back(self.store_.pack(transformed(one.object)));
                        },
                        [&](watcher::InitDone&) {
                          const std::size_t count = initial.size();
                          auto changes = self.store_.replace(std::exchange(initial, {}));
                          for (Store::Change& change : changes) dispatch(std::move(change), true);
                          if (!self.hasSynced()) {
                            log::info(
                                "informer is in sync",
                                {{"resource", self.resource_.toString()}, {"objects", count}});
                          }
                          std::lock_guard lock(mutex);
                          self.synced_.store(true, std::memory_order_release);
                          syncedChanged.notify_all();
                        },
                        [&](watcher::Applied& one) {
                          if (auto change = self.store_.put(transformed(one.object))) {
                            dispatch(*std::move(change), false);
                          }
                        },
                        [&](watcher::Deleted& one) {
                          if (auto change = self.store_.erase(one.object.key())) {
                            dispatch(*std::move(change), false);
                          }
                        }},
             output);
}

// An object that was deleted and made anew while nobody watched is two changes: its old owner has
// to hear of it too.
void Informer::Run::dispatch(Store::Change change, bool isInitial) {
  if (change.before && change.after && change.before->uid() != change.after->uid()) {
    dispatch({change.before, nullptr}, isInitial);
    change.before = nullptr;
  }
  const InformerEvent event(std::move(change), isInitial);
  for (const InformerHandler& handler : self.handlers_) {
    try {
      handler(event);
    } catch (const std::exception& e) {  // one handler must not cost the others their events
      log::error("an informer's handler failed", {{"resource", self.resource_.toString()},
                                                  {"object", event.key().toString()},
                                                  {"error.message", e.what()}});
    }
  }
}

Object Informer::Run::transformed(const Object& object) const {
  nlohmann::json document = object.json();
  dropManagedFields(document);
  for (const Transform& transform : self.options_.transforms) transform(document);
  return Object(std::move(document));
}

void Informer::Run::worked() {
  std::lock_guard lock(mutex);
  failures = 0;
  lastError.reset();
}

void Informer::Run::failed(const Error& error) {
  int count;
  {
    std::lock_guard lock(mutex);
    lastError = error;
    count = ++failures;
  }
  if (self.deps_.metrics != nullptr) {
    self.deps_.metrics
        ->counter("shopkeeper_informer_failures_total", "Lists and watches that failed, by cause.",
                  {{"resource", self.resource_.toString()},
                   {"code", std::string(toString(error.code()))}})
        .Increment();
  }
  // A watch that is cut or too old is part of the protocol; a missing right is not.
  if (error.code() == ErrorCode::PermissionDenied) {
    log::error("informer may not read", error, {{"resource", self.resource_.toString()}});
  } else if (count >= kUnhealthyAfter) {
    log::warn("informer cannot reach the API server", error,
              {{"resource", self.resource_.toString()}, {"failures", count}});
  } else {
    log::debug("informer reconnects",
               {{"resource", self.resource_.toString()}, {"error.message", error.message()}});
  }
}

}  // namespace shopkeeper::kube
