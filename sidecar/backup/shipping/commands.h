// What shopkeeper-backup does about shipped changes: `ship`, `replay` and `trim`.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/clock.h"
#include "common/random.h"
#include "common/result.h"
#include "sidecar/backup/repository/cipher.h"
#include "sidecar/backup/storage/object_store.h"

namespace CLI {
class App;
}

namespace shopkeeper::backup {

struct ShippingArguments {
  std::string database;  // ship: its path; replay and trim: the file name it had
  std::string at;        // replay: RFC 3339 or "newest"
  std::string target;    // replay: a directory
  std::string before;    // trim: RFC 3339
  double intervalSeconds = 1;
};

struct ShippingContext {
  // Beside the repository. For `ship` one that gives up within seconds: the shipper tries again by
  // itself, and can only look after the log's length in between.
  std::shared_ptr<ObjectStore> store;
  const SealingKey& key;  // the repository's
  const Clock& clock;
  Random& random;
  std::stop_token stop;
  bool json = false;  // one line {"type": "...", ...} each; else sentences
  std::ostream& out;
};

// `arguments` must outlive the app.
void defineShipping(CLI::App& app, ShippingArguments& arguments);

// Nothing where another command was given.
std::optional<Status> performShipping(const CLI::App& app, const ShippingArguments& arguments,
                                      const ShippingContext& context);

// Until `stop`; then what is committed is shipped, in one try. A line of type "shipping" every
// interval says how far it is: `lagSeconds` is how old a restore would be now. Trouble with the
// database or the store is waited out. Errors: a database that cannot be followed, and at the end
// what kept the last changes from being shipped.
Status ship(const ShippingArguments& arguments, const ShippingContext& context);

// Into a directory, under the file name it had; made where it is not there.
Status replayInto(const ShippingArguments& arguments, const ShippingContext& context);

// Removes what only restores to instants before `before` need.
Status trimBefore(const ShippingArguments& arguments, const ShippingContext& context);

}  // namespace shopkeeper::backup
