#include "common/http/server_tls.h"

#include <boost/asio/buffer.hpp>

namespace shopkeeper::http {

namespace asio = boost::asio;

Result<std::shared_ptr<asio::ssl::context>> makeServerContext(const ServerTls& tls) {
  try {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    context->use_certificate_chain(asio::buffer(tls.certificateChain));
    context->use_private_key(asio::buffer(tls.key), asio::ssl::context::pem);
    return context;
  } catch (const boost::system::system_error& failure) {
    return Error(ErrorCode::InvalidArgument,
                 std::string("TLS certificate or key cannot be used: ") + failure.what());
  }
}

}  // namespace shopkeeper::http
