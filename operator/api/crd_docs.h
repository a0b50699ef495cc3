// Turns a CustomResourceDefinition into a reference page in Markdown.
#pragma once

#include <string>

#include "common/result.h"

namespace shopkeeper::api {

// `yaml`: the CRD. Fields come in the CRD's order, each with type, default, limits, description and
// the messages of its rules. InvalidArgument for what is not a CRD with a schema.
Result<std::string> crdReference(const std::string& yaml);

}  // namespace shopkeeper::api
