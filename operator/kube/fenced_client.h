// A Client that only the leader can write with.
#pragma once

#include <memory>

#include "operator/kube/client.h"

namespace shopkeeper::kube {

// Reads and watches pass. Each write asks the gate here and again, by Call::gate, immediately
// before every attempt is sent; its timeout is cut to gate.remaining(). A closed gate answers
// Unavailable ("not the leader"). Both must outlive the result.
//
// Caveat: a process that is stopped between the gate's last look and the socket, and goes on after
// its lease has ended, still sends that one request; no client can call it back.
std::unique_ptr<Client> fence(Client& client, const WriteGate& gate);

}  // namespace shopkeeper::kube
