// Names to addresses, as an interface: production asks the pod's resolver, tests a table.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>  // before Asio: g++ 12
#include <vector>

#include "common/result.h"

namespace shopkeeper::sidecar {

// Lives on its io_context's thread.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // IP literals, sorted. Unavailable where the lookup failed; NotFound where there are none.
  virtual boost::asio::awaitable<Result<std::vector<std::string>>> lookup(std::string name) = 0;
};

std::unique_ptr<Resolver> systemResolver(boost::asio::io_context& io);

}  // namespace shopkeeper::sidecar
