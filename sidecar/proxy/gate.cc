#include "sidecar/proxy/gate.h"

#include "sidecar/proxy/header_rules.h"
#include "sidecar/proxy/path_rules.h"

namespace shopkeeper::sidecar {
namespace {

Admission refuse(int status, std::string_view message) {
  Admission admission;
  admission.status = status;
  admission.message = message;
  return admission;
}

}  // namespace

Admission Gate::admitTarget(const RequestHead& head) {
  Admission admission;
  if (!toOriginForm(head.target, admission.target, admission.host)) {
    return refuse(400, "the request target must be a path or an http:// URL");
  }
  return admission;
}

Admission IngressGate::admit(const RequestHead& head) const {
  Admission admission = admitTarget(head);
  if (admission.status != 0) return admission;
  const PathVerdict verdict = checkIngressTarget(admission.target);
  if (!verdict.allowed()) return refuse(verdict.status, verdict.reason);
  admission.upstream = service_;
  // Only a sidecar, which says how much time it has, tries elsewhere; a browser would be turned
  // away.
  admission.unwell = state_.serviceFell() && head.get(kLastResortHeader) != "1" &&
                     !head.get(kDeadlineHeader).empty();
  return admission;
}

Admission EgressGate::admit(const RequestHead& head) const {
  Admission admission = admitTarget(head);
  if (admission.status != 0) return admission;
  std::string_view name = admission.host.empty() ? head.get("Host") : admission.host;
  name = name.substr(0, name.rfind(':'));
  admission.upstream = table_.find(name);
  if (admission.upstream == nullptr) {
    return refuse(421, "the Host header names no upstream that this component may call");
  }
  return admission;
}

}  // namespace shopkeeper::sidecar
