#include "services/runtime/upstream.h"

#include "services/runtime/request_context.h"
#include "services/runtime/service.h"

namespace shopkeeper::services {
namespace {

class AddressedClient final : public http::HttpClient {
 public:
  AddressedClient(std::string name, std::unique_ptr<http::HttpClient> client)
      : name_(std::move(name)), client_(std::move(client)) {}

  Result<http::Response> send(const http::Request& request,
                              const http::CallOptions& options) override {
    http::Request addressed = addressedCopy(request);
    http::CallOptions within = options;
    within.timeout = RequestContext::carryOn(addressed, options.timeout);
    return client_->send(addressed, within);
  }
  Result<http::Response> stream(const http::Request& request, const http::CallOptions& options,
                                const http::ChunkSink& sink) override {
    // Streams belong to background threads, which have no context.
    return client_->stream(addressedCopy(request), options, sink);
  }

 private:
  http::Request addressedCopy(http::Request request) const {
    request.headers.set("Host", name_);
    return request;
  }

  const std::string name_;
  const std::unique_ptr<http::HttpClient> client_;
};

// Stands in where no client could be made: each call says why.
class BrokenClient final : public http::HttpClient {
 public:
  explicit BrokenClient(Error error) : error_(std::move(error)) {}
  Result<http::Response> send(const http::Request&, const http::CallOptions&) override {
    return error_;
  }
  Result<http::Response> stream(const http::Request&, const http::CallOptions&,
                                const http::ChunkSink&) override {
    return error_;
  }

 private:
  const Error error_;
};

}  // namespace

std::unique_ptr<http::HttpClient> addressedTo(const std::string& name,
                                              std::unique_ptr<http::HttpClient> client) {
  return std::make_unique<AddressedClient>(name, std::move(client));
}

std::unique_ptr<http::HttpClient> Context::upstream(const std::string& name) const {
  auto client = http::makeCpprestClient(egress);
  if (!client) return std::make_unique<BrokenClient>(client.error().within("upstream " + name));
  return addressedTo(name, std::move(*client));
}

}  // namespace shopkeeper::services
