// The Kubernetes API as an interface: controllers use it, tests put a double in its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/result.h"
#include "operator/kube/object.h"
#include "operator/kube/resource.h"
#include "operator/kube/watch_event.h"

namespace shopkeeper::kube {

// Asked immediately before a request that changes something is sent; an error keeps it back.
class WriteGate {
 public:
  virtual ~WriteGate() = default;
  // Thread-safe, quick, no I/O.
  virtual Status mayWrite() const = 0;
  // How long a write that starts now may still be under way.
  virtual std::chrono::milliseconds remaining() const = 0;
};

// How one call may end early. The timeout covers the call with all its retries.
struct Call {
  std::chrono::milliseconds timeout{10'000};
  std::stop_token stop;
  // Set by FencedClient; leave it null.
  const WriteGate* gate = nullptr;
};

struct ListOptions {
  std::string ns;             // empty: all namespaces
  std::string labelSelector;  // as kubectl's -l, not yet encoded
  std::string fieldSelector;
  int pageSize = 500;  // as kube-rs; 0 asks for everything at once
};

struct Page {
  std::vector<Object> items;  // with apiVersion and kind filled in
  std::string resourceVersion;
  std::string continueToken;  // empty on the last page
};

struct ObjectList {
  std::vector<Object> items;
  std::string resourceVersion;  // a watch from here misses nothing
};

struct WatchOptions {
  std::string ns;
  std::string labelSelector;
  std::string fieldSelector;
  std::string resourceVersion;
  // The server ends the watch after this long; the client calls it dead 5 s later (kube-rs).
  std::chrono::seconds timeout{290};
  // Called when the server has accepted the watch, before the first event, on the sink's thread.
  std::function<void()> onOpen;
};

// Returns false to end the watch.
using WatchSink = std::function<bool(WatchEvent)>;

struct ApplyOptions {
  std::string fieldManager;  // required, at most 128 bytes, stable per controller
  // Takes over fields that other managers own, instead of Conflict.
  bool force = true;
};

enum class PatchType { Merge, Json };

enum class Propagation { Background, Foreground, Orphan };

struct DeleteOptions {
  Propagation propagation = Propagation::Background;
  // Preconditions: Conflict where the object is another one by now.
  std::string uid;
  std::string resourceVersion;
  std::optional<int> gracePeriodSeconds;
};

// Guarantees: thread-safe; every call returns by its deadline or within milliseconds of its stop
// token; 429 and 503 answers with Retry-After are waited for and repeated inside the deadline.
//
// Errors: NotFound; AlreadyExists and Conflict (told apart by the server's reason); Gone (410);
// InvalidArgument (400, 422; the message lists the causes by field); PermissionDenied;
// Unauthenticated (after the credentials were read again once); TooManyRequests; TooLarge; Timeout;
// Cancelled; Unavailable (no connection, 5xx); Internal (500); Corrupt (an answer that is not what
// the API promises).
//
// Caveat: a create may reach the server twice when a kept connection breaks at the wrong moment,
// and a write that ended in Timeout or Unavailable may have happened. Names must be deterministic
// and the next reconcile must look again.
class Client {
 public:
  virtual ~Client() = default;

  virtual Result<Object> get(const Resource& resource, const ObjectKey& key,
                             const Call& call = {}) = 0;

  // One page of a list, the first where the token is empty. Gone: the token is too old, start over.
  virtual Result<Page> listPage(const Resource& resource, const ListOptions& options,
                                const std::string& continueToken, const Call& call = {}) = 0;

  // The object names itself by metadata.namespace and metadata.name.
  // `subresource` is for kinds such as "eviction" or serviceaccounts' "token".
  virtual Result<Object> create(const Resource& resource, const Object& object,
                                const Call& call = {}, const std::string& subresource = {}) = 0;

  // PUT. Conflict where the object's resourceVersion is not the current one.
  virtual Result<Object> replace(const Resource& resource, const Object& object,
                                 const Call& call = {}, const std::string& subresource = {}) = 0;

  // Server-side apply of exactly the fields in `object`. apiVersion, kind and name are required;
  // managedFields and resourceVersion should be absent. subresource "status" applies the status.
  virtual Result<Object> apply(const Resource& resource, const Object& object,
                               const ApplyOptions& options, const Call& call = {},
                               const std::string& subresource = {}) = 0;

  // A JSON merge patch (an object) or a JSON patch (an array).
  virtual Result<Object> patch(const Resource& resource, const ObjectKey& key, PatchType type,
                               const nlohmann::json& body, const Call& call = {},
                               const std::string& subresource = {}) = 0;

  // NotFound where it is gone already. Returns once the server accepted the request: finalizers and
  // graceful termination may still hold the object.
  virtual Status remove(const Resource& resource, const ObjectKey& key,
                        const DeleteOptions& options = {}, const Call& call = {}) = 0;

  // Delivers changes after options.resourceVersion until the server ends the watch (ok), the sink
  // or the stop token does (ok, Cancelled), or something fails. An ERROR event becomes the error:
  // Gone means that the version is too old and a new list is needed. Objects carry apiVersion and
  // kind. The call's timeout is not used: see WatchOptions::timeout. The sink runs on a thread of
  // the client's.
  virtual Status watch(const Resource& resource, const WatchOptions& options, const Call& call,
                       const WatchSink& sink) = 0;

  // GET of any path that answers JSON, such as "/version".
  virtual Result<Object> read(const std::string& path, const Call& call = {}) = 0;
};

// All pages of a list. Starts over, at most three times, where the continue token expired.
Result<ObjectList> listAll(Client& client, const Resource& resource, const ListOptions& options,
                           const Call& call = {});

// Whether the API server serves this resource (its CRD is installed and established).
Result<bool> isServed(Client& client, const Resource& resource, const Call& call = {});

}  // namespace shopkeeper::kube
