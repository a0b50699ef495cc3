// The part of a text that shows best why it was found, as safe HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

namespace shopkeeper::search {

// The text is escaped, control characters and broken UTF-8 are dropped, and <mark>...</mark> is
// the only markup: nothing from a catalogue can become HTML. `terms` are index terms without
// language. About `width` characters (Chinese ones count twice), cut at words where possible, with
// an ellipsis where text was left out. Only the first 4 KiB of a text are looked at.
std::string snippet(std::string_view text, const std::unordered_set<std::string>& terms,
                    std::size_t width = 160);

// Escapes & < > " and ' for HTML text and attributes.
std::string escapeHtml(std::string_view text);

}  // namespace shopkeeper::search
