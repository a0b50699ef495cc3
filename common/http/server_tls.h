// The TLS context of a served port.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <utility>  // before Asio: g++ 12

#include "common/http/server.h"

namespace shopkeeper::http {

// TLS 1.2 and newer. InvalidArgument where chain or key cannot be used.
Result<std::shared_ptr<boost::asio::ssl::context>> makeServerContext(const ServerTls& tls);

}  // namespace shopkeeper::http
