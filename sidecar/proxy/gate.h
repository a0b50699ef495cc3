// What distinguishes the two doors of the pod: where a request may go, and how heads are treated.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sidecar/agent/shared_state.h"
#include "sidecar/proxy/message.h"
#include "sidecar/proxy/upstream_table.h"

namespace shopkeeper::sidecar {

// Either an upstream to go to, or the status and sentence to refuse with.
struct Admission {
  std::shared_ptr<Upstream> upstream;
  std::string_view target;  // origin form
  std::string_view host;    // replaces Host where not empty
  int status = 0;
  std::string_view message;
  bool unwell = false;  // the service behind it is known to be, and the caller may go elsewhere
};

// Immutable after construction; used from all loops at once.
class Gate {
 public:
  virtual ~Gate() = default;
  virtual Admission admit(const RequestHead& head) const = 0;
  // Its upstreams are sidecars of ours: their X-Shopkeeper-* fields mean what they say.
  virtual bool peersAreSidecars() const = 0;

 protected:
  // The checks both doors make: a usable target.
  static Admission admitTarget(const RequestHead& head);
};

// The pod's port: everything goes to the service, but what checkIngressTarget refuses, and what
// comes from a sidecar while the service is unwell, unless that one has nowhere else to go
// (kLastResortHeader).
class IngressGate final : public Gate {
 public:
  // `state` must outlive the gate.
  IngressGate(std::shared_ptr<Upstream> service, const SharedState& state)
      : service_(std::move(service)), state_(state) {}
  Admission admit(const RequestHead& head) const override;
  bool peersAreSidecars() const override { return false; }

 private:
  const std::shared_ptr<Upstream> service_;
  const SharedState& state_;
};

// The loopback port: the Host names the upstream; unknown names get 421.
class EgressGate final : public Gate {
 public:
  // `table` must outlive the gate.
  explicit EgressGate(const UpstreamTable& table) : table_(table) {}
  Admission admit(const RequestHead& head) const override;
  bool peersAreSidecars() const override { return true; }

 private:
  const UpstreamTable& table_;
};

}  // namespace shopkeeper::sidecar
