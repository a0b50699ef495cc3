// POST /v1/chat: JSON in, JSON out.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "services/dialogue/domain/reply.h"

namespace shopkeeper::dialogue {

struct ChatRequest {
  std::string session;  // empty: nothing is remembered
  Question question;
};

constexpr std::size_t kMaxMessage = 1'000;  // characters

// InvalidArgument with one sentence naming the field and what is allowed.
Result<ChatRequest> parseChat(std::string_view body);

std::string toJson(const Reply& reply);

}  // namespace shopkeeper::dialogue
