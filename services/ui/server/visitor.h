// Who is there: an anonymous id and a language, kept in first-party cookies.
#pragma once

#include <optional>
#include <string>

#include "common/http/message.h"
#include "common/random.h"

namespace shopkeeper::ui {

struct Visitor {
  std::string user;         // random, says nothing about the person
  std::string lang;         // "en" or "zh"
  bool newUser = false;     // the cookie must be set
  bool langChosen = false;  // ?lang= was given: remember it
};

std::optional<std::string> cookie(const http::Request& request, std::string_view name);

// The language is ?lang=, else the cookie, else the browser's first preference, else English.
Visitor visitorOf(const http::Request& request, Random& random);

// Set-Cookie lines for what is new: SameSite=Lax, HttpOnly, Secure where the browser came by https.
void rememberVisitor(const http::Request& request, const Visitor& visitor,
                     http::Response& response);

// Content-Security-Policy and the like, on every response; they allow this page's own files only.
void addSecurityHeaders(http::Response& response);

// True for a request that another site's page sent, by Sec-Fetch-Site.
bool isCrossSite(const http::Request& request);

}  // namespace shopkeeper::ui
