// The recent events that recommendations are learned from: bounded, compact, in the order in which
// the knowledge service numbered them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/clock.h"
#include "services/catalog/model.h"

namespace shopkeeper::recommendation {

// One event by the numbers of its names.
struct Interaction {
  std::uint32_t user = 0;
  std::uint32_t session = 0;  // of one user: two users' sessions of the same name differ
  std::uint32_t product = 0;
  catalog::EventType type = catalog::EventType::View;
  std::int64_t at = 0;  // seconds since 1970, UTC
  bool operator==(const Interaction&) const = default;
};

// Gives each name a number from 0.
class Names {
 public:
  std::uint32_t number(std::string_view name);
  const std::string& operator[](std::uint32_t number) const { return names_[number]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

struct WindowLimits {
  std::size_t events = 1'000'000;  // about 60 bytes each, names included
  std::chrono::hours age = std::chrono::hours(24 * 365);
};

// Not thread-safe.
class EventWindow {
 public:
  explicit EventWindow(WindowLimits limits = {}) : limits_(limits) {}

  // Takes an event in. A time in the future counts as `now`, an unreadable one too: nobody's clock
  // can make his events outweigh the others'. Over the limit the oldest eighth goes.
  void add(const catalog::Event& event, WallTime now);

  // Drops what is older than the limit.
  void expire(WallTime now);

  const std::vector<Interaction>& events() const { return events_; }
  const Names& users() const { return users_; }
  const Names& products() const { return products_; }

  // The last event taken in: where to read on, and how to recognise that the store is another one.
  std::uint64_t lastSeq() const { return lastSeq_; }
  const std::string& lastId() const { return lastId_; }

  // To restore a saved window.
  void restore(const catalog::Event& event, std::int64_t at);
  void setLast(std::uint64_t seq, std::string id);
  std::string sessionName(std::uint32_t session) const;

 private:
  void keep(std::size_t from);
  void append(const catalog::Event& event, std::int64_t at);

  WindowLimits limits_;
  std::vector<Interaction> events_;
  Names users_, sessions_, products_;
  std::uint64_t lastSeq_ = 0;
  std::string lastId_;
};

}  // namespace shopkeeper::recommendation
