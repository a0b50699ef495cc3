// The page as the server writes it: complete enough to be read without scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace shopkeeper::ui {

// & < > " ' as entities: safe in text and in quoted attributes.
std::string escapeHtml(std::string_view text);

// JSON for a <script type="application/json"> element: no byte of it can end the element.
std::string jsonForScript(const nlohmann::json& json);

struct PageParts {
  std::string lang;     // "en" or "zh"
  std::string base;     // Assets::base()
  std::string title;    // plain text
  std::string query;    // the search box's content, plain text
  std::string content;  // HTML of <main>, already escaped
  std::string data;     // jsonForScript(), or ""
};

// Fills the placeholders {{name}} of the page's template; values are never looked at again.
std::string renderPage(std::string_view page, const PageParts& parts);

// A list of results, or the error; links work without scripts.
std::string renderResults(const nlohmann::json& answer, const std::string& lang,
                          const std::string& query, int offset, int limit);
std::string renderProduct(const nlohmann::json& product, const std::string& lang);
std::string renderProblem(const std::string& sentence, const std::string& lang);

}  // namespace shopkeeper::ui
