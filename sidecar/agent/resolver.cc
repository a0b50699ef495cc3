#include "sidecar/agent/resolver.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

namespace shopkeeper::sidecar {
namespace {

namespace asio = boost::asio;
using Addresses = Result<std::vector<std::string>>;

class SystemResolver final : public Resolver {
 public:
  explicit SystemResolver(asio::io_context& io) : resolver_(io) {}

  asio::awaitable<Addresses> lookup(std::string name) override {
    boost::system::error_code error;
    const auto found = co_await resolver_.async_resolve(
        name, "", asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::host_not_found || error == asio::error::no_data) {
      co_return Error(ErrorCode::NotFound, name + " has no address");
    }
    if (error) {
      co_return Error(ErrorCode::Unavailable, "looking up " + name + ": " + error.message());
    }
    std::set<std::string> addresses;
    for (const auto& each : found) addresses.insert(each.endpoint().address().to_string());
    co_return std::vector<std::string>(addresses.begin(), addresses.end());
  }

 private:
  asio::ip::tcp::resolver resolver_;
};

}  // namespace

std::unique_ptr<Resolver> systemResolver(asio::io_context& io) {
  return std::make_unique<SystemResolver>(io);
}

}  // namespace shopkeeper::sidecar
