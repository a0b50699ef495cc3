#include "services/ui/server/visitor.h"

#include <algorithm>

namespace shopkeeper::ui {
namespace {

constexpr std::string_view kUser = "guide_user";
constexpr std::string_view kLang = "guide_lang";
constexpr std::size_t kUserLength = 32;

bool isUserId(std::string_view text) {
  return text.size() == kUserLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool isLang(std::string_view text) { return text == "en" || text == "zh"; }

// The first language of Accept-Language that we have; the order in which browsers write them is
// the order of preference.
std::string preferred(const http::Request& request) {
  const std::string_view header = request.headers.get("Accept-Language").value_or("");
  const auto zh = header.find("zh");
  const auto en = header.find("en");
  return zh != std::string_view::npos && (en == std::string_view::npos || zh < en) ? "zh" : "en";
}

}  // namespace

std::optional<std::string> cookie(const http::Request& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (!http::equalsIgnoreCase(field, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
        return std::string(pair.substr(equals + 1));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return std::nullopt;
}

Visitor visitorOf(const http::Request& request, Random& random) {
  Visitor visitor;
  const auto user = cookie(request, kUser);
  visitor.newUser = !user || !isUserId(*user);
  visitor.user = visitor.newUser ? randomHex(random, kUserLength / 2) : *user;
  const auto asked = request.param("lang");
  const auto kept = cookie(request, kLang);
  if (asked && isLang(*asked)) {
    visitor.lang = *asked;
    visitor.langChosen = !kept || *kept != *asked;
  } else {
    visitor.lang = kept && isLang(*kept) ? *kept : preferred(request);
  }
  return visitor;
}

void rememberVisitor(const http::Request& request, const Visitor& visitor,
                     http::Response& response) {
  const bool https = request.headers.get("X-Forwarded-Proto").value_or("") == "https";
  const std::string tail =
      std::string("; Path=/; Max-Age=15552000; SameSite=Lax; HttpOnly") + (https ? "; Secure" : "");
  if (visitor.newUser) {
    response.headers.add("Set-Cookie", std::string(kUser) + "=" + visitor.user + tail);
  }
  if (visitor.langChosen) {
    response.headers.add("Set-Cookie", std::string(kLang) + "=" + visitor.lang + tail);
  }
}

void addSecurityHeaders(http::Response& response) {
  response.headers.set("Content-Security-Policy",
                       "default-src 'none'; script-src 'self'; style-src 'self'; "
                       "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors 'none'; "
                       "require-trusted-types-for 'script'; trusted-types 'none'");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "same-origin");
  response.headers.set("X-Frame-Options", "DENY");  // for browsers without frame-ancestors
  response.headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
}

bool isCrossSite(const http::Request& request) {
  const auto site = request.headers.get("Sec-Fetch-Site");
  return site && *site == "cross-site";
}

}  // namespace shopkeeper::ui
