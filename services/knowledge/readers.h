// A few read-only connections that requests borrow.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/result.h"
#include "services/knowledge/sqlite.h"

namespace shopkeeper::knowledge {

// Thread-safe; must outlive its leases.
class Readers {
 public:
  static Result<std::unique_ptr<Readers>> open(const std::string& path, int connections);

  // Runs `read` on a connection inside one read transaction: all it sees is of one moment. `read`
  // returns a Result. TooManyRequests where no connection was free in time.
  template <class Read>
  auto read(Read read) -> decltype(read(std::declval<Database&>())) {
    auto lease = acquire();
    if (!lease) return lease.error();
    Database& database = **lease;
    if (const Status begun = database.script("BEGIN"); !begun) return begun.error();
    auto result = read(database);
    (void)database.script("COMMIT");  // ends a transaction that changed nothing
    return result;
  }

 private:
  struct GiveBack {
    Readers* pool;
    void operator()(Database* database) const;
  };
  using Lease = std::unique_ptr<Database, GiveBack>;
  Result<Lease> acquire();

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Database>> all_;
  std::vector<Database*> free_;
};

}  // namespace shopkeeper::knowledge
