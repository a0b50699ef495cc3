#include "services/dialogue/api/chat.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace shopkeeper::dialogue {
namespace {

using nlohmann::json;

Error bad(std::string message) { return Error(ErrorCode::InvalidArgument, std::move(message)); }

bool isSessionId(const std::string& text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_';
         });
}

Result<std::string> optionalText(const json& body, const char* field) {
  const auto at = body.find(field);
  if (at == body.end() || at->is_null()) return std::string();
  if (!at->is_string()) return bad(std::string("\"") + field + "\" must be text");
  return at->get<std::string>();
}

}  // namespace

Result<ChatRequest> parseChat(std::string_view text) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return bad("the body must be a JSON object with \"message\"");
  ChatRequest request;
  auto message = optionalText(body, "message");
  if (!message) return message.error();
  const std::string bare = normalise(*message);
  if (bare.empty()) return bad("\"message\" must not be empty");
  const auto length = decodeUtf8(*message).size();
  if (length > kMaxMessage) {
    return bad("\"message\" has " + std::to_string(length) + " characters, at most " +
               std::to_string(kMaxMessage) + " are allowed");
  }
  request.question.message = std::move(*message);
  auto session = optionalText(body, "session");
  if (!session) return session.error();
  if (!isSessionId(*session)) {
    return bad("\"session\" must be at most 64 letters, digits, '-' or '_'");
  }
  request.session = std::move(*session);
  auto language = optionalText(body, "lang");
  if (!language) return language.error();
  if (*language == "zh") request.question.language = Language::Chinese;
  if (*language == "en") request.question.language = Language::English;
  if (!language->empty() && !request.question.language) {
    return bad("\"lang\" must be \"en\" or \"zh\"");
  }
  auto product = optionalText(body, "product");
  if (!product) return product.error();
  if (product->size() > 200) return bad("\"product\" is longer than a product id can be");
  request.question.product = std::move(*product);
  return request;
}

std::string toJson(const Reply& reply) {
  json sources = json::array();
  for (const Source& source : reply.sources) {
    sources.push_back({{"kind", source.kind == Source::Kind::Answer ? "answer" : "product"},
                       {"id", source.id},
                       {"title", source.title}});
  }
  const json body = {
      {"reply", reply.text},        {"confidence", std::round(reply.confidence * 1000) / 1000},
      {"known", reply.known},       {"sources", std::move(sources)},
      {"products", reply.products}, {"stale", reply.stale}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace shopkeeper::dialogue
