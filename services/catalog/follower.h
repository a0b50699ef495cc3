// Keeps a local copy of knowledge's catalogue: live store first, last copy on disk otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/http/client.h"
#include "common/metrics.h"
#include "services/catalog/model.h"

namespace shopkeeper::catalog {

// One consistent catalogue; immutable once published.
struct Snapshot {
  std::string version;
  std::vector<Product> products;  // in order of id
  std::vector<Answer> answers;
};

struct FollowerOptions {
  std::string dataDir;                           // the copy is kept in <dataDir>/catalogue.jsonl.gz
  std::chrono::milliseconds interval{2'000};     // how often the version is asked for
  std::chrono::milliseconds staleAfter{30'000};  // without confirmation the copy counts as stale
  bool products = true;
  bool answers = true;
};

// Called with each new snapshot on the follower's thread, before it becomes current(). An error
// keeps the old snapshot; the same version is tried again at the next interval.
using SnapshotConsumer = std::function<Status(std::shared_ptr<const Snapshot>)>;

// Thread-safe. start() first loads the copy on disk (if it is whole: length and checksum are
// verified), then follows; a download that was interrupted or whose version changed on the way is
// thrown away, never published in part.
class Follower {
 public:
  static std::unique_ptr<Follower> create(FollowerOptions options, http::HttpClient& knowledge,
                                          const Clock& clock, Metrics& metrics,
                                          SnapshotConsumer consumer);
  virtual ~Follower() = default;
  virtual void start() = 0;
  virtual void stop() = 0;  // also done by the destructor

  // Null until a first snapshot was consumed.
  virtual std::shared_ptr<const Snapshot> current() const = 0;
  // True where the last confirmation by knowledge is older than staleAfter (or never came).
  virtual bool stale() const = 0;
};

// Reads all events after `afterSeq`, page by page, for as long as there are more; returns the last
// seq. Gone where knowledge never gave that number (its store was restored): start over from 0.
Result<std::uint64_t> readEvents(http::HttpClient& knowledge, std::uint64_t afterSeq,
                                 std::stop_token stop,
                                 const std::function<void(const Event&)>& sink);

}  // namespace shopkeeper::catalog
