// A Client that only the leader can write with.
#pragma once

#include <memory>

#include "operator/kube/client.h"

namespace shopkeeper::kube {

// Reads and watches pass. Each write asks the gate here and again, by Call::gate, immediately
// before every attempt is sent; its timeout is cut to gate.remaining(). A closed gate answers
// Unavailable ("not the leader"). Both must outlive the result.
std::unique_ptr<Client> fence(Client& client, const WriteGate& gate);

}  // namespace shopkeeper::kube
