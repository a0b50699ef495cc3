// A sink that keeps what it is given and refuses repeated ids, for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/catalog/importer.h"

namespace shopkeeper::catalog::testing {

class CollectingSink final : public RecordSink {
 public:
  Status add(std::uint64_t row, const Product& product) override {
    if (const auto [it, fresh] = rows_.emplace(product.id, row); !fresh) {
      return Error(
          ErrorCode::InvalidArgument,
          "id \"" + product.id + "\" is already taken by row " + std::to_string(it->second));
    }
    products.push_back(product);
    return ok();
  }
  Status add(std::uint64_t, const Answer& answer) override {
    answers.push_back(answer);
    return ok();
  }
  Status add(std::uint64_t, const Event& event) override {
    events.push_back(event);
    return failEvents ? Status(Error(ErrorCode::Unavailable, "the disk is full")) : ok();
  }

  std::vector<Product> products;
  std::vector<Answer> answers;
  std::vector<Event> events;
  bool failEvents = false;

 private:
  std::map<std::string, std::uint64_t> rows_;
};

}  // namespace shopkeeper::catalog::testing
