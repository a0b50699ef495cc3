// Small signs in a message that say what kind of thing it is. All take normalised text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::dialogue {

enum class SmallTalk { Greeting, Thanks, Goodbye, WhoAreYou };

// Only where the whole message is small talk: "hi, how heavy is it?" is a question.
std::optional<SmallTalk> smallTalk(std::string_view message);

bool asksPrice(std::string_view message);
bool asksToCompare(std::string_view message);
bool asksForProducts(std::string_view message);  // "recommend", "looking for", 推荐, 有没有
bool asksForCheapest(std::string_view message);
bool asksYesOrNo(std::string_view message);
bool refersBack(std::string_view message);       // "it", "this one", "and in red?", 这款, 它
bool refersToSeveral(std::string_view message);  // "compare these two", 这两个

// "the second one", 第二款: 1; counted from 0.
std::optional<std::size_t> ordinal(std::string_view message);

// What is left of a wish for products without the words of wishing.
std::string wishOnly(std::string_view message);

}  // namespace shopkeeper::dialogue
