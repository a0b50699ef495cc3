// Answers about one product from what its listing says, and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "services/dialogue/domain/model.h"
#include "services/dialogue/domain/reply.h"

namespace shopkeeper::dialogue {

// What of a listing a message asks for. `rest` is the normalised message without the product's
// name. Nothing where it asks for nothing the listing holds.
std::optional<Reply> replyFromListing(const Model& model, std::uint32_t product,
                                      std::string_view rest, Language language);

// True where the message names an attribute the lexicon or the product knows (even one that this
// listing lacks): "how heavy", "防水吗".
bool asksForAttribute(const Model& model, std::uint32_t product, std::string_view rest);

Reply overview(const Model& model, std::uint32_t product, Language language);
Reply notInListing(const Model& model, std::uint32_t product, Language language);

Source sourceOf(const Model& model, std::uint32_t product, Language language);

}  // namespace shopkeeper::dialogue
