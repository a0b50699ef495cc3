// Sockets on loopback, for the benches.
#pragma once

#include <cstdint>
#include <string>

#include "common/result.h"

namespace shopkeeper::bench {

// 127.0.0.1 for 0, ... 127.0.0.254 for 253, 127.0.1.1 for 254, ...
std::string loopback(int index);

// A listening socket, non-blocking; port 0 lets the kernel choose.
Result<int> listenOn(const std::string& address, std::uint16_t port);
std::uint16_t localPort(int fd);
// A port that nobody listens on at 127.0.0.1 now.
Result<std::uint16_t> freePort();

// A connected socket, non-blocking, without Nagle's delay.
Result<int> connectTo(std::uint16_t port);
void setNoDelay(int fd);
void watch(int epoll, int fd, std::uint32_t events);

}  // namespace shopkeeper::bench
