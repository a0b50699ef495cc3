// Holding an object's deletion until our own clean-up is done.
#pragma once

#include <functional>
#include <string>

#include "operator/kube/client.h"

namespace shopkeeper::kube {

// Adds the finalizer; a no-op (no request) where `object` has it. Call it before the first side
// effect. Conflict where the object changed meanwhile; InvalidArgument for an object that is being
// deleted.
Result<Object> ensureFinalizer(Client& client, const Resource& resource, const Object& object,
                               const std::string& finalizer, const Call& call = {});

// Takes the finalizer away; a no-op where it is absent or the object is gone. Call it when the
// clean-up is done and was verified: the object vanishes with its last finalizer.
//
// Guarantees: only our entry is removed and only from this very object (uid and resourceVersion are
// preconditions); where somebody else changes it at the same time, it is read and tried again, at
// most four times, then Conflict.
Status removeFinalizer(Client& client, const Resource& resource, const Object& object,
                       const std::string& finalizer, const Call& call = {});

}  // namespace shopkeeper::kube
