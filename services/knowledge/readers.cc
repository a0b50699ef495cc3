#include "services/knowledge/readers.h"

#include "services/knowledge/schema.h"

namespace shopkeeper::knowledge {
namespace {
constexpr std::chrono::milliseconds kBusyTimeout{5'000};
constexpr std::chrono::milliseconds kWait{5'000};
}  // namespace

Result<std::unique_ptr<Readers>> Readers::open(const std::string& path, int connections) {
  auto readers = std::make_unique<Readers>();
  for (int i = 0; i < connections; ++i) {
    auto database = Database::open(path, Database::Mode::ReadOnly, kBusyTimeout);
    if (!database) return database.error();
    if (const Status done = configureReader(**database); !done) return done.error();
    readers->free_.push_back(database->get());
    readers->all_.push_back(std::move(*database));
  }
  return readers;
}

void Readers::GiveBack::operator()(Database* database) const {
  {
    std::lock_guard lock(pool->mutex_);
    pool->free_.push_back(database);
  }
  pool->freed_.notify_one();
}

Result<Readers::Lease> Readers::acquire() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, kWait, [this] { return !free_.empty(); })) {
    return Error(ErrorCode::TooManyRequests, "the store is busy; try again in a second");
  }
  Lease lease(free_.back(), GiveBack{this});
  free_.pop_back();
  return lease;
}

}  // namespace shopkeeper::knowledge
