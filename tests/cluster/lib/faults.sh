# shellcheck shell=bash
# Faults in one pod, made from outside it: no shell, no right inside the pod is needed.

# container_signal NAMESPACE POD CONTAINER [SIGNAL]: a signal to the container's first process.
container_signal() {
  local namespace=$1 pod=$2 container=$3 signal=${4:-KILL} node id place
  need_created
  case $signal in KILL | STOP | CONT | TERM) ;; *) die "'$signal' is not one of KILL, STOP, CONT, TERM" ;; esac
  place=$(kctl get pod "$pod" -n "$namespace" -o json | jq -r --arg name "$container" \
    '.spec.nodeName + " " + ([.status.containerStatuses[]?, .status.initContainerStatuses[]?] | map(select(.name == $name))[0].containerID // "")') ||
    die "pod $namespace/$pod cannot be read from the API server"
  read -r node id <<<"$place"
  [[ -n ${id:-} ]] || die "pod $namespace/$pod has no running container '$container'"
  node_ctr "$(node_number "$node")" task kill --signal "SIG$signal" "${id#containerd://}"
}
