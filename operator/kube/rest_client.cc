#include "operator/kube/rest_client.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/log.h"
#include "operator/kube/line_splitter.h"
#include "operator/kube/rest_query.h"
#include "operator/kube/status_error.h"

namespace shopkeeper::kube {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// client-go's figure for answers with Retry-After.
constexpr int kMaxAttempts = 10;
// Over the server's own end of a watch (kube-rs).
constexpr std::chrono::seconds kWatchMargin{5};

struct Outgoing {
  std::string method;
  std::string target;
  std::string contentType;
  std::string body;
  bool write = true;
};

// Text that is not UTF-8 must cost a character, not the request.
std::string encode(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Error timeout() { return {ErrorCode::Timeout, "the call's deadline passed"}; }

class RestClient final : public Client {
 public:
  RestClient(RestDeps deps, std::shared_ptr<void> owned)
      : deps_(std::move(deps)), owned_(std::move(owned)) {}

  Result<Object> get(const Resource& resource, const ObjectKey& key, const Call& call) override {
    return object({"GET", resource.objectPath(key), "", "", false}, call,
                  "reading " + name(resource, key));
  }

  Result<Page> listPage(const Resource& resource, const ListOptions& options,
                        const std::string& continueToken, const Call& call) override {
    const std::string what = "listing " + resource.toString();
    const std::string target =
        resource.collectionPath(options.ns) + listQuery(options, continueToken);
    auto answer = exchange({"GET", target, "", "", false}, call);
    if (!answer) return answer.error().within(what);
    auto page = readPage(resource, json::parse(answer->body, nullptr, false));
    if (!page) return page.error().within(what);
    return page;
  }

  Result<Object> create(const Resource& resource, const Object& body, const Call& call,
                        const std::string& subresource) override {
    const std::string path = subresource.empty() ? resource.collectionPath(body.ns())
                                                 : resource.objectPath(body.key(), subresource);
    return object({"POST", path, "application/json", encode(body.json())}, call,
                  "creating " + name(resource, body.key(), subresource));
  }

  Result<Object> replace(const Resource& resource, const Object& body, const Call& call,
                         const std::string& subresource) override {
    return object({"PUT", resource.objectPath(body.key(), subresource), "application/json",
                   encode(body.json())},
                  call, "replacing " + name(resource, body.key(), subresource));
  }

  Result<Object> apply(const Resource& resource, const Object& body, const ApplyOptions& options,
                       const Call& call, const std::string& subresource) override {
    const std::string what = "applying " + name(resource, body.key(), subresource);
    if (options.fieldManager.empty() || body.name().empty() || body.apiVersion().empty() ||
        body.kind().empty()) {
      return Error(ErrorCode::InvalidArgument,
                   what +
                       ": apply needs a field manager, and apiVersion, kind and name in the "
                       "object");
    }
    // JSON is YAML.
    return object({"PATCH", resource.objectPath(body.key(), subresource) + applyQuery(options),
                   "application/apply-patch+yaml", encode(body.json())},
                  call, what);
  }

  Result<Object> patch(const Resource& resource, const ObjectKey& key, PatchType type,
                       const json& body, const Call& call,
                       const std::string& subresource) override {
    return object(
        {"PATCH", resource.objectPath(key, subresource),
         type == PatchType::Merge ? "application/merge-patch+json" : "application/json-patch+json",
         encode(body)},
        call, "patching " + name(resource, key, subresource));
  }

  Status remove(const Resource& resource, const ObjectKey& key, const DeleteOptions& options,
                const Call& call) override {
    auto answer = exchange(
        {"DELETE", resource.objectPath(key), "application/json", deleteBody(options)}, call);
    if (!answer) return answer.error().within("deleting " + name(resource, key));
    return ok();
  }

  Status watch(const Resource& resource, const WatchOptions& options, const Call& call,
               const WatchSink& sink) override {
    const std::string what = "watching " + resource.toString();
    LineSplitter lines;
    std::optional<Error> broken;
    const auto take = [&](std::string_view line) {
      auto event = parseWatchEvent(line);
      if (!event) {
        broken = event.error();
        return false;
      }
      return sink(*std::move(event));
    };
    const http::ChunkSink chunks = [&](std::string_view chunk) { return lines.feed(chunk, take); };
    const auto answer =
        watchOnce(resource.collectionPath(options.ns) + watchQuery(options), options, call, chunks);
    if (broken) return broken->within(what);
    if (lines.tooLong()) return Error(ErrorCode::TooLarge, what + ": an event is over 16 MiB");
    if (!answer) return answer.error().within(what);
    return ok();
  }

  Result<Object> read(const std::string& path, const Call& call) override {
    return object({"GET", path, "", "", false}, call, "reading " + path);
  }

 private:
  static std::string name(const Resource& resource, const ObjectKey& key,
                          const std::string& subresource = {}) {
    std::string out = resource.plural + " " + key.toString();
    if (!subresource.empty()) out += " (" + subresource + ")";
    return out;
  }

  Result<Object> object(const Outgoing& request, const Call& call, const std::string& what) {
    auto answer = exchange(request, call);
    if (!answer) return answer.error().within(what);
    auto parsed = Object::parse(answer->body);
    if (!parsed) return parsed.error().within(what);
    return parsed;
  }

  // 2xx answers; everything else becomes the error it stands for.
  Result<http::Response> exchange(const Outgoing& request, const Call& call) {
    const MonotonicTime deadline = deps_.clock.now() + call.timeout;
    return repeat(
        call, deadline,
        [&](const http::Headers& headers) -> Result<http::Response> {
          auto left = std::chrono::duration_cast<milliseconds>(deadline - deps_.clock.now());
          // The last moment before the bytes go out, also after a wait for Retry-After.
          if (request.write && call.gate != nullptr) {
            if (Status open = call.gate->mayWrite(); !open) return open.error();
            left = std::min(left, call.gate->remaining());
          }
          if (left <= milliseconds::zero()) return timeout();
          http::Request out{request.method, request.target, headers, request.body, {}};
          if (!request.contentType.empty()) out.headers.add("Content-Type", request.contentType);
          http::CallOptions options;
          options.timeout = left;
          options.stop = call.stop;
          return deps_.calls.send(out, options);
        },
        request.method);
  }

  Result<http::Response> watchOnce(const std::string& target, const WatchOptions& watch,
                                   const Call& call, const http::ChunkSink& sink) {
    const milliseconds silence = watch.timeout + kWatchMargin;
    const MonotonicTime deadline = deps_.clock.now() + silence;
    return repeat(
        call, deadline,
        [&](const http::Headers& headers) {
          http::CallOptions options;
          options.timeout = silence;
          options.stop = call.stop;
          options.onOpen = watch.onOpen;
          return deps_.watches.stream({"GET", target, headers, {}, {}}, options, sink);
        },
        "WATCH");
  }

  // One call with new credentials where the old ones were refused, and with the waits that the
  // server asks for.
  template <class Send>
  Result<http::Response> repeat(const Call& call, MonotonicTime deadline, const Send& send,
                                const std::string& method) {
    bool refused = false;
    for (int attempt = 1;; ++attempt) {
      if (call.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped by the caller");
      auto headers = credentials();
      if (!headers) return headers.error();
      auto answer = send(*headers);
      count(method, answer);
      if (!answer) return answer;
      warnings(*answer);
      if (answer->status >= 200 && answer->status < 300) return answer;
      if (answer->status == 401 && deps_.token && !refused) {
        refused = true;
        deps_.token->refused();
        continue;
      }
      const Error error = errorFromResponse(*answer);
      const auto wait = retryAfter(*answer, deps_.clock.wallNow());
      const bool asksToWait = wait && (answer->status == 429 || answer->status >= 500);
      if (!asksToWait || attempt >= kMaxAttempts) return error;
      if (deps_.clock.now() + *wait >= deadline) return error;  // no time left to do as asked
      if (!deps_.pause.wait(*wait, call.stop)) {
        return Error(ErrorCode::Cancelled, "stopped by the caller");
      }
    }
  }

  Result<http::Headers> credentials() {
    http::Headers headers{{"Accept", "application/json"}, {"User-Agent", deps_.userAgent}};
    if (deps_.token) {
      auto token = deps_.token->token();
      if (!token) return token.error();
      headers.add("Authorization", "Bearer " + *token);
    }
    return headers;
  }

  void count(const std::string& method, const Result<http::Response>& answer) {
    if (deps_.metrics == nullptr) return;
    deps_.metrics
        ->counter("rest_client_requests_total",
                  "Number of HTTP requests, partitioned by status code, method, and host.",
                  {{"code", answer ? std::to_string(answer->status) : "<error>"},
                   {"method", method},
                   {"host", deps_.host}})
        .Increment();
  }

  // The API server's hints: deprecated versions, unknown fields.
  static void warnings(const http::Response& answer) {
    if (const auto text = answer.headers.get("Warning")) {
      log::debug("the API server warns", {{"warning", text->substr(0, 512)}});
    }
  }

  RestDeps deps_;
  const std::shared_ptr<void> owned_;
};

struct Connections {
  std::unique_ptr<http::HttpClient> calls;
  std::unique_ptr<http::HttpClient> watches;
};

}  // namespace

std::unique_ptr<Client> makeRestClient(RestDeps deps) {
  return std::make_unique<RestClient>(std::move(deps), nullptr);
}

Result<std::unique_ptr<Client>> connect(const ClusterConfig& config, Metrics* metrics,
                                        const std::string& userAgent) {
  auto calls = http::makeCpprestClient(config.server, config.tls);
  if (!calls) return calls.error().within(config.origin);
  auto watches = http::makeCpprestClient(config.server, config.tls);
  if (!watches) return watches.error().within(config.origin);
  auto owned = std::make_shared<Connections>();
  owned->calls = *std::move(calls);
  owned->watches = *std::move(watches);
  std::string host = config.server.substr(config.server.find("//") + 2);
  host = host.substr(0, host.find('/'));
  RestDeps deps{*owned->calls, *owned->watches, config.token, systemClock(),
                realPause(),   metrics,         host,         userAgent};
  return std::make_unique<RestClient>(std::move(deps), std::move(owned));
}

}  // namespace shopkeeper::kube
