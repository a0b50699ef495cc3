#include "services/ui/server/page.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/http/message.h"

namespace shopkeeper::ui {
namespace {

using nlohmann::json;

std::string say(const std::string& lang, const char* en, const char* zh) {
  return lang == "zh" ? zh : en;
}

std::string text(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

std::string localised(const json& object, const std::string& key, const std::string& lang) {
  const std::string chinese = text(object, (key + "_zh").c_str());
  const std::string english = text(object, key.c_str());
  if (lang == "zh") return chinese.empty() ? english : chinese;
  return english.empty() ? chinese : english;
}

std::string price(const json& product) {
  const auto at = product.find("price");
  if (at == product.end() || !at->is_number() || at->get<double>() <= 0) return "";
  const double value = at->get<double>();
  char number[40];
  std::snprintf(number, sizeof number, std::floor(value) == value ? "%.0f" : "%.2f", value);
  const std::string currency = text(product, "currency");
  if (currency.empty() || currency == "CNY") return "¥" + std::string(number);
  return std::string(number) + " " + currency;
}

bool flag(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

}  // namespace

std::string escapeHtml(std::string_view plain) {
  std::string out;
  out.reserve(plain.size() + plain.size() / 8);
  for (const char c : plain) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string jsonForScript(const json& value) {
  const std::string plain = value.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string out;
  out.reserve(plain.size());
  for (const char c : plain) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

std::string renderPage(std::string_view page, const PageParts& parts) {
  const auto valueOf = [&](std::string_view name) -> std::string {
    if (name == "lang") return parts.lang == "zh" ? "zh-Hans" : "en";
    if (name == "base") return parts.base;
    if (name == "title") return escapeHtml(parts.title);
    if (name == "query") return escapeHtml(parts.query);
    if (name == "content") return parts.content;
    if (name == "data") return parts.data.empty() ? "null" : parts.data;
    if (name == "skip") return say(parts.lang, "Skip to content", "跳到内容");
    if (name == "brand") return say(parts.lang, "Shopping Guide", "导购");
    if (name == "placeholder") {
      return say(parts.lang, "What are you looking for?", "想找什么？");
    }
    if (name == "find") return say(parts.lang, "Search", "搜索");
    return "";
  };
  std::string out;
  while (true) {
    const auto open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) return out;
    const auto close = page.find("}}", open);
    if (close == std::string_view::npos) return out + std::string(page.substr(open));
    out += valueOf(page.substr(open + 2, close - open - 2));
    page.remove_prefix(close + 2);
  }
}

std::string renderResults(const json& answer, const std::string& lang, const std::string& query,
                          int offset, int limit) {
  const auto total = answer.value("total", 0);
  std::string html = "<h1 class=\"results-title\">";
  html += query.empty() ? say(lang, "Popular right now", "大家在看")
                        : "\u201c" + escapeHtml(query) + "\u201d";
  html += "</h1><p class=\"count\">" + std::to_string(total) + say(lang, " products", " 件商品") +
          "</p>";
  if (flag(answer, "stale")) {
    html += "<p class=\"notice\">" +
            say(lang, "These results may be out of date.", "以下结果可能不是最新的。") + "</p>";
  }
  html += "<ul class=\"plain-list\">";
  if (answer.contains("hits") && answer["hits"].is_array()) {
    for (const json& hit : answer["hits"]) {
      if (!hit.is_object()) continue;
      html += "<li><a href=\"/product/" + http::percentEncode(text(hit, "id")) + "\">" +
              escapeHtml(localised(hit, "title", lang)) + "</a> <span>" + escapeHtml(price(hit)) +
              "</span></li>";
    }
  }
  html += "</ul>";
  if (total > offset + limit) {
    html += "<p><a href=\"/search?q=" + http::percentEncode(query) + "&amp;lang=" + lang +
            "&amp;offset=" + std::to_string(offset + limit) + "\">" +
            say(lang, "Next page", "下一页") + "</a></p>";
  }
  return html;
}

std::string renderProduct(const json& product, const std::string& lang) {
  std::string html = "<article><h1>" + escapeHtml(localised(product, "title", lang)) +
                     "</h1><p class=\"price\">" + escapeHtml(price(product)) + "</p>";
  if (flag(product, "stale")) {
    html += "<p class=\"notice\">" +
            say(lang, "This page may be out of date.", "本页内容可能不是最新的。") + "</p>";
  }
  html += "<p>" + escapeHtml(localised(product, "description", lang)) + "</p><dl>";
  if (product.contains("attributes") && product["attributes"].is_object()) {
    for (const auto& [name, value] : product["attributes"].items()) {
      if (!value.is_string()) continue;
      html +=
          "<dt>" + escapeHtml(name) + "</dt><dd>" + escapeHtml(value.get<std::string>()) + "</dd>";
    }
  }
  return html + "</dl></article>";
}

std::string renderProblem(const std::string& sentence, const std::string& lang) {
  return "<div class=\"empty\"><h1>" + say(lang, "Something is missing", "暂时无法显示") +
         "</h1><p>" + escapeHtml(sentence) + "</p><p><a href=\"/\">" +
         say(lang, "Back to the start", "回到首页") + "</a></p></div>";
}

}  // namespace shopkeeper::ui
