// The operator as a whole: caches, election, controllers and the three ports.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "common/result.h"
#include "operator/kube/client.h"
#include "operator/options.h"

namespace shopkeeper {

// Wraps the client that writes go through; for tests.
using ClientDecorator = std::function<std::unique_ptr<kube::Client>(kube::Client&)>;

// Runs until `stop`, then ends in order: no new work, lease released, connections drained. An error
// is a reason why it could not start. One per process.
Status runOperator(const OperatorOptions& options, const std::stop_token& stop,
                   const ClientDecorator& decorate = nullptr);

}  // namespace shopkeeper
