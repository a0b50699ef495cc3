#include "operator/kube/fenced_client.h"

#include <nlohmann/json.hpp>

namespace shopkeeper::kube {
namespace {

class FencedClient final : public Client {
 public:
  FencedClient(Client& client, const WriteGate& gate) : client_(client), gate_(gate) {}

  Result<Object> get(const Resource& resource, const ObjectKey& key, const Call& call) override {
    return client_.get(resource, key, call);
  }
  Result<Page> listPage(const Resource& resource, const ListOptions& options,
                        const std::string& continueToken, const Call& call) override {
    return client_.listPage(resource, options, continueToken, call);
  }
  Status watch(const Resource& resource, const WatchOptions& options, const Call& call,
               const WatchSink& sink) override {
    return client_.watch(resource, options, call, sink);
  }
  Result<Object> read(const std::string& path, const Call& call) override {
    return client_.read(path, call);
  }

  Result<Object> create(const Resource& resource, const Object& object, const Call& call,
                        const std::string& subresource) override {
    if (Status open = gate_.mayWrite(); !open) return open.error();
    return client_.create(resource, object, fenced(call), subresource);
  }
  Result<Object> replace(const Resource& resource, const Object& object, const Call& call,
                         const std::string& subresource) override {
    if (Status open = gate_.mayWrite(); !open) return open.error();
    return client_.replace(resource, object, fenced(call), subresource);
  }
  Result<Object> apply(const Resource& resource, const Object& object, const ApplyOptions& options,
                       const Call& call, const std::string& subresource) override {
    if (Status open = gate_.mayWrite(); !open) return open.error();
    return client_.apply(resource, object, options, fenced(call), subresource);
  }
  Result<Object> patch(const Resource& resource, const ObjectKey& key, PatchType type,
                       const nlohmann::json& body, const Call& call,
                       const std::string& subresource) override {
    if (Status open = gate_.mayWrite(); !open) return open.error();
    return client_.patch(resource, key, type, body, fenced(call), subresource);
  }
  Status remove(const Resource& resource, const ObjectKey& key, const DeleteOptions& options,
                const Call& call) override {
    if (Status open = gate_.mayWrite(); !open) return open.error();
    return client_.remove(resource, key, options, fenced(call));
  }

 private:
  Call fenced(Call call) const {
    call.gate = &gate_;
    call.timeout = std::min(call.timeout, gate_.remaining());
    return call;
  }

  Client& client_;
  const WriteGate& gate_;
};

}  // namespace

std::unique_ptr<Client> fence(Client& client, const WriteGate& gate) {
  return std::make_unique<FencedClient>(client, gate);
}

}  // namespace shopkeeper::kube
