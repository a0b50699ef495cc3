// Whether the declared catalogue's source exists.
#pragma once

#include <optional>

#include "common/result.h"
#include "operator/api/shopping_guide.h"
#include "operator/controllers/finding.h"
#include "operator/kube/client.h"

namespace shopkeeper::controllers {

// A finding where the ConfigMap or claim is not there: pods would wait for it in silence. A URL is
// not asked; the knowledge service reports what it gets from it.
Result<std::optional<Finding>> checkCatalog(const api::ShoppingGuide& guide, kube::Client& client,
                                            const kube::Call& call);

}  // namespace shopkeeper::controllers
