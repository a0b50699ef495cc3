// From events to rows: what belongs together, one row for each session and one for each user.
#pragma once

#include <vector>

#include "services/recommendation/trainer.h"

namespace shopkeeper::recommendation {

struct RowItem {
  ProductNumber product = 0;
  float strength = 0;   // of the strongest event
  bool bought = false;  // in the cart or purchased
  bool purchased = false;
  std::int64_t at = 0;  // of the last event
};

struct Row {
  std::uint32_t user = 0;
  float weight = 0;            // by age, kind of row and how many rows the user has
  std::vector<RowItem> items;  // each product once
};

struct Rows {
  std::vector<Row> sessions;  // in order of user
  std::vector<Row> users;     // one each, in order of user; the most recent products, newest first
  std::size_t used = 0, capped = 0;
};

// Events of unknown products are left out; so is what exceeds the caps of the options.
Rows makeRows(const EventWindow& window, const Model& model, WallTime now,
              const TrainingOptions& options);

// 2^(-age / halfLife); 1 for the future.
double decay(std::int64_t at, WallTime now, std::chrono::hours halfLife);

}  // namespace shopkeeper::recommendation
