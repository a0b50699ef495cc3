// Sets products side by side by what their listings say.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "services/dialogue/domain/model.h"
#include "services/dialogue/domain/reply.h"

namespace shopkeeper::dialogue {

// Two or three products. Where the message asks for certain attributes, those only; otherwise
// price and every attribute that both have and that differs. With comparable numbers it says which
// is lower; it never says which is better.
Reply compare(const Model& model, const std::vector<std::uint32_t>& products, std::string_view rest,
              Language language);

// "1.02 kg" and "980 g" become 1020 and 980 of the unit "g"; unit "" where there is no number.
struct Quantity {
  double amount = 0;
  std::string unit;
};
Quantity readQuantity(const std::string& value);

}  // namespace shopkeeper::dialogue
