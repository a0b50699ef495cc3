#include "services/ui/api/handlers.h"

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "services/catalog/digest.h"
#include "services/runtime/request_context.h"
#include "services/ui/server/page.h"

namespace shopkeeper::ui {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMessage = 1'000;  // characters, as the dialogue service allows
constexpr std::size_t kMaxEvents = 20;      // in one request
constexpr std::size_t kMaxId = 200;         // bytes

Error bad(std::string message) { return Error(ErrorCode::InvalidArgument, std::move(message)); }

http::Response reply(const Result<json>& answer) {
  http::Response response =
      answer ? http::jsonResponse(answer->dump(-1, ' ', false, json::error_handler_t::replace))
             : http::errorResponse(answer.error());
  response.headers.set("Cache-Control", "no-store");
  return response;
}

http::Response htmlResponse(std::string html, int status) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Cache-Control", "no-cache, private");
  response.body = std::move(html);
  return response;
}

// A JSON body that only our own page can have sent: other sites' forms cannot set this type, and
// their scripts are stopped by the browser's preflight.
Result<json> ownJson(const http::Request& request) {
  if (isCrossSite(request)) {
    return Error(ErrorCode::PermissionDenied, "requests from other sites are not taken");
  }
  const auto type = request.headers.get("Content-Type").value_or("");
  if (!type.starts_with("application/json")) {
    return bad("the Content-Type must be application/json");
  }
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) return bad("the body must be a JSON object");
  return body;
}

Result<std::string> textField(const json& body, const char* field, std::size_t maxBytes) {
  const auto at = body.find(field);
  if (at == body.end() || at->is_null()) return std::string();
  if (!at->is_string()) return bad(std::string("\"") + field + "\" must be text");
  if (at->get_ref<const std::string&>().size() > maxBytes) {
    return bad(std::string("\"") + field + "\" has more than " + std::to_string(maxBytes) +
               " bytes");
  }
  return at->get<std::string>();
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool isSession(std::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_';
         });
}

const char* word(Upstream::Health health) {
  switch (health) {
    case Upstream::Health::Up:
      return "up";
    case Upstream::Health::Down:
      return "down";
    case Upstream::Health::Unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace

void Handlers::addTo(http::Router& router) {
  // Security headers go on every answer, errors of the handlers included.
  const auto safe = [](auto handler) {
    return [handler](const http::Request& request, const http::PathParams& params) {
      http::Response response = handler(request, params);
      addSecurityHeaders(response);
      return response;
    };
  };
  using Request = http::Request;
  using Params = http::PathParams;
  router.get("/", safe([this](const Request& r, const Params&) { return home(r); }));
  router.get("/search", safe([this](const Request& r, const Params&) { return searchPage(r); }));
  router.get("/product/{id}", safe([this](const Request& r, const Params& p) {
               return productPage(r, p.at("id"));
             }));
  router.get("/assets/{digest}/{name}", safe([this](const Request& r, const Params& p) {
               // A page of an earlier version asks by its own digest, so any is good; "..", none.
               if (p.at("digest").find_first_not_of("0123456789abcdef") != std::string::npos) {
                 return http::errorResponse(Error(ErrorCode::NotFound, "no such asset"));
               }
               return assets.serve(r, p.at("digest"), p.at("name"));
             }));
  router.get("/favicon.ico", safe([this](const Request& r, const Params&) {
               return assets.serve(r, std::string(16, '0'), "icon.svg");
             }));
  router.get("/robots.txt", safe([](const Request&, const Params&) {
               http::Response response;
               response.headers.set("Content-Type", "text/plain; charset=utf-8");
               response.body = "User-agent: *\nDisallow: /api/\n";
               return response;
             }));
  router.get("/api/search", safe([this](const Request& r, const Params&) { return search(r); }));
  router.get("/api/products/{id}", safe([this](const Request& r, const Params& p) {
               visit(r);
               if (p.at("id").size() > kMaxId) {
                 return http::errorResponse(bad("a product id has at most 200 bytes"));
               }
               return reply(guide.product(p.at("id")));
             }));
  router.get("/api/recommendations",
             safe([this](const Request& r, const Params&) { return recommendations(r); }));
  router.post("/api/chat", safe([this](const Request& r, const Params&) { return chat(r); }));
  router.post("/api/events",
              safe([this](const Request& r, const Params&) { return takeEvents(r); }));
  router.get("/api/status", safe([this](const Request&, const Params&) { return status(); }));
}

Visitor Handlers::visit(const http::Request& request) {
  Visitor visitor = visitorOf(request, random);
  // Hashed: the cookie is the person's, what chooses a version is for sidecars and their logs.
  catalog::Sha256 hash;
  hash.add(visitor.user);
  services::RequestContext::setUser(hash.hex().substr(0, 16));
  return visitor;
}

http::Response Handlers::home(const http::Request& request, int status) {
  const Visitor visitor = visit(request);
  SearchQuery query;
  query.lang = visitor.lang;
  query.limit = 12;
  const auto answer = guide.search(query);
  const bool zh = visitor.lang == "zh";
  const std::string content = answer ? renderResults(*answer, visitor.lang, "", 0, query.limit)
                                     : renderProblem(answer.error().message(), visitor.lang);
  http::Response response = htmlResponse(
      renderPage(page, {visitor.lang, assets.base(), zh ? "导购" : "Shopping Guide", "", content,
                        answer ? jsonForScript({{"home", *answer}}) : ""}),
      status);
  rememberVisitor(request, visitor, response);
  return response;
}

http::Response Handlers::searchPage(const http::Request& request) {
  const Visitor visitor = visit(request);
  const std::string text = request.param("q").value_or("");
  const auto query = parseSearch(request, visitor.lang);
  const Result<json> answer = query ? guide.search(*query) : Result<json>(query.error());
  std::string content;
  std::string data;
  if (answer) {
    content = renderResults(*answer, visitor.lang, query->text, query->offset, query->limit);
    data = jsonForScript({{"search", *answer}});
  } else {
    content = renderProblem(answer.error().message(), visitor.lang);
  }
  const std::string title =
      (text.empty() ? "" : text + " · ") + (visitor.lang == "zh" ? "导购" : "Shopping Guide");
  http::Response response =
      htmlResponse(renderPage(page, {visitor.lang, assets.base(), title, text, content, data}),
                   answer ? 200 : http::statusOf(answer.error().code()));
  rememberVisitor(request, visitor, response);
  return response;
}

http::Response Handlers::productPage(const http::Request& request, const std::string& id) {
  const Visitor visitor = visit(request);
  const Result<json> product =
      id.size() > kMaxId ? Result<json>(Error(ErrorCode::NotFound, "There is no such product."))
                         : guide.product(id);
  const bool zh = visitor.lang == "zh";
  std::string title = zh ? "导购" : "Shopping Guide";
  std::string content;
  std::string data;
  if (product) {
    title =
        product->value(zh && !product->value("title_zh", "").empty() ? "title_zh" : "title", "") +
        " · " + title;
    content = renderProduct(*product, visitor.lang);
    data = jsonForScript({{"product", *product}});
  } else {
    content = renderProblem(product.error().message(), visitor.lang);
  }
  http::Response response =
      htmlResponse(renderPage(page, {visitor.lang, assets.base(), title, "", content, data}),
                   product ? 200 : http::statusOf(product.error().code()));
  rememberVisitor(request, visitor, response);
  return response;
}

http::Response Handlers::search(const http::Request& request) {
  const auto query = parseSearch(request, visit(request).lang);
  if (!query) return http::errorResponse(query.error());
  return reply(guide.search(*query));
}

http::Response Handlers::recommendations(const http::Request& request) {
  const std::string product = request.param("product").value_or("");
  if (product.size() > kMaxId) {
    return http::errorResponse(bad("a product id has at most 200 bytes"));
  }
  int limit = 8;
  if (const auto text = request.param("limit")) {
    const bool number = !text->empty() && text->size() <= 2 &&
                        text->find_first_not_of("0123456789") == std::string::npos;
    limit = number ? std::stoi(*text) : 0;
    if (limit < 1 || limit > 24) {
      return http::errorResponse(bad("limit must be a whole number from 1 to 24"));
    }
  }
  const Visitor visitor = visit(request);
  return reply(guide.recommendations(product, visitor.newUser ? "" : visitor.user, limit));
}

http::Response Handlers::chat(const http::Request& request) {
  const auto body = ownJson(request);
  if (!body) return http::errorResponse(body.error());
  auto message = textField(*body, "message", kMaxMessage * 4);
  if (!message) return http::errorResponse(message.error());
  if (message->find_first_not_of(" \t\r\n") == std::string::npos) {
    return http::errorResponse(bad("\"message\" must not be empty"));
  }
  if (characters(*message) > kMaxMessage) {
    return http::errorResponse(bad("\"message\" has " + std::to_string(characters(*message)) +
                                   " characters, at most 1000 are allowed"));
  }
  const auto session = textField(*body, "session", 64);
  if (!session) return http::errorResponse(session.error());
  if (!isSession(*session)) {
    return http::errorResponse(bad("\"session\" must be at most 64 letters, digits, '-' or '_'"));
  }
  const auto lang = textField(*body, "lang", 8);
  if (!lang) return http::errorResponse(lang.error());
  if (!lang->empty() && *lang != "en" && *lang != "zh") {
    return http::errorResponse(bad("\"lang\" must be \"en\" or \"zh\""));
  }
  const auto product = textField(*body, "product", kMaxId);
  if (!product) return http::errorResponse(product.error());
  return reply(guide.chat({*session, *message, *lang, *product}));
}

http::Response Handlers::takeEvents(const http::Request& request) {
  const auto body = ownJson(request);
  if (!body) return http::errorResponse(body.error());
  const auto list = body->find("events");
  if (list == body->end() || !list->is_array() || list->empty() || list->size() > kMaxEvents) {
    return http::errorResponse(bad("\"events\" must be a list of 1 to 20 events"));
  }
  const Visitor visitor = visit(request);
  std::vector<catalog::Event> taken;
  for (const json& entry : *list) {
    if (!entry.is_object()) return http::errorResponse(bad("each event must be an object"));
    const auto type = textField(entry, "type", 20);
    if (!type) return http::errorResponse(type.error());
    if (*type != "view" && *type != "cart") {
      return http::errorResponse(bad("\"type\" must be \"view\" or \"cart\""));
    }
    const auto product = textField(entry, "product", kMaxId);
    if (!product) return http::errorResponse(product.error());
    if (product->empty()) return http::errorResponse(bad("\"product\" must be a product id"));
    const auto session = textField(entry, "session", 64);
    if (!session) return http::errorResponse(session.error());
    if (!isSession(*session)) {
      return http::errorResponse(bad("\"session\" must be at most 64 letters, digits, '-' or '_'"));
    }
    // Id, person and time are ours: a page must not be able to speak for another person.
    catalog::Event event;
    event.id = "ui-" + randomHex(random, 12);
    event.type = *type == "cart" ? catalog::EventType::Cart : catalog::EventType::View;
    event.user = visitor.user;
    event.session = session->empty() ? visitor.user : *session;
    event.product = *product;
    event.at = toRfc3339(clock.wallNow());
    taken.push_back(std::move(event));
  }
  for (catalog::Event& event : taken) events.push(std::move(event));
  http::Response response = http::jsonResponse(json{{"accepted", taken.size()}}.dump(), 202);
  rememberVisitor(request, visitor, response);
  return response;
}

http::Response Handlers::status() {
  std::vector<std::future<void>> probes;
  for (Upstream* upstream : upstreams) {
    probes.push_back(std::async(std::launch::async, [upstream] { upstream->probe(); }));
  }
  for (auto& probe : probes) probe.get();
  json states = json::object();
  for (const Upstream* upstream : upstreams) states[upstream->name()] = word(upstream->health());
  const auto catalog = guide.catalog();
  json body = {{"upstreams", std::move(states)},
               {"events", {{"queued", events.queued()}, {"dropped", events.dropped()}}},
               {"catalogue", nullptr}};
  if (catalog != nullptr) {
    body["catalogue"] = {{"version", catalog->snapshot().version},
                         {"products", catalog->snapshot().products.size()},
                         {"stale", catalogStale()}};
  }
  return reply(body);
}

}  // namespace shopkeeper::ui
