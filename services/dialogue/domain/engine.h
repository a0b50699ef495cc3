// Turns a question into a reply: built-in answers, listings, comparison, recommendation, or an
// honest "I do not know".
#pragma once

#include <memory>

#include "services/dialogue/domain/model.h"
#include "services/dialogue/domain/recommend.h"
#include "services/dialogue/domain/reply.h"

namespace shopkeeper::dialogue {

// From this confidence on a help answer is given plainly; below it, with the question it answers,
// so that the person can judge, or not at all.
constexpr double kKnownFrom = 0.5;

// Reads `context` (what was spoken of before) and leaves in it what a follow-up may lean on.
// Blocks only inside `finder`. Thread-safe: the model is immutable, the context is the caller's.
Reply answer(const Model& model, ProductFinder& finder, const Question& question, Context& context);

// The context of a conversation that is known only by its texts, newest last: products whose title
// an assistant's turn spells out, or that a turn of the person names.
struct Turn {
  std::string role;  // "user" or "assistant"
  std::string text;
};
Context contextOf(const Model& model, const std::vector<Turn>& turns);

}  // namespace shopkeeper::dialogue
