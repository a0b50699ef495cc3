// Learns a Model from a window of events. Pure: the same input gives the same model.
#pragma once

#include <memory>

#include "common/clock.h"
#include "services/recommendation/model.h"
#include "services/recommendation/window.h"

namespace shopkeeper::recommendation {

// Defaults were chosen on the first 60 % of the demo's events (tests/bench/recommend) and measured
// on the rest.
struct TrainingOptions {
  std::chrono::hours halfLife{24 * 60};  // an event of that age counts half
  // Strength of an event; the strongest of a row counts for each product.
  double view = 1, cart = 1.5, purchase = 2;
  // Evidence across a user's sessions relative to evidence within one.
  double acrossSessions = 0.25;
  // Similarity is multiplied by n / (n + shrink), n the users behind it: a few prove little.
  double shrink = 8;
  // How popular partners are held down: 0.5 is the cosine, 1 would divide by all of it.
  double popularityPenalty = 0.4;
  // Weights of the sources in a neighbour's score.
  double boughtWeight = 1.0, viewedWeight = 1.0, accessoryWeight = 0.25;
  // Weight of popular products of the same category, nearly all there is for one seen little.
  double categoryWeight = 0.4;
  // Bounds, which also keep crawlers from shaping the model.
  std::size_t eventsPerUserAndDay = 100;
  std::size_t productsPerRow = 30;  // of one session, or one user's recent products
  std::size_t neighbours = 50;      // kept for each product
  std::size_t history = 30;         // kept for each user
  // A catalogue's own popularity counts as this many users' views at its maximum.
  double priorUsers = 5;
};

std::shared_ptr<const Model> train(const EventWindow& window,
                                   std::shared_ptr<const catalog::Snapshot> catalogue, WallTime now,
                                   const TrainingOptions& options = {});

}  // namespace shopkeeper::recommendation
