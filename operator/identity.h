// Who holds the lease, and where sidecars find it.
#pragma once

#include <cstdint>
#include <string>

namespace shopkeeper {

// "<pod>_<ip:port>_<random>": other replicas read the address out of the Lease.
std::string makeIdentity(const std::string& pod, const std::string& ip, std::uint16_t port,
                         const std::string& random);

// The address in an identity; empty where there is none.
std::string addressOf(const std::string& identity);

}  // namespace shopkeeper
