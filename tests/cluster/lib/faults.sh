# shellcheck shell=bash
# Faults in one pod, made from outside it: no shell, no right inside the pod is needed.

# _container_place NAMESPACE POD CONTAINER: prints the number of its node and its id.
_container_place() {
  local namespace=$1 pod=$2 container=$3 node id place
  need_created
  place=$(kctl get pod "$pod" -n "$namespace" -o json | jq -r --arg name "$container" \
    '.spec.nodeName + " " + ([.status.containerStatuses[]?, .status.initContainerStatuses[]?] | map(select($name == "" or .name == $name))[0].containerID // "")') ||
    die "pod $namespace/$pod cannot be read from the API server"
  read -r node id <<<"$place"
  [[ -n ${id:-} ]] || die "pod $namespace/$pod has no running container '$container'"
  echo "$(node_number "$node")" "${id#containerd://}"
}

# container_signal NAMESPACE POD CONTAINER [SIGNAL]: a signal to the container's first process. Prints when (Unix
# milliseconds): finding the process takes longer than what a bench wants to measure.
container_signal() {
  local signal=${4:-KILL} place
  case $signal in KILL | STOP | CONT | TERM) ;; *) die "'$signal' is not one of KILL, STOP, CONT, TERM" ;; esac
  place=$(_container_place "$1" "$2" "$3") || exit 1
  date +%s%3N
  node_ctr "${place% *}" task kill --signal "SIG$signal" "${place#* }"
}

# pod_run NAMESPACE POD COMMAND...: a program of this machine in the network of the pod.
pod_run() {
  local place node pid init
  place=$(_container_place "$1" "$2" "") || exit 1
  shift 2
  node=${place% *}
  pid=$(node_ctr "$node" task list | awk -v id="${place#* }" '$1 == id {print $2}')
  init=$(pgrep -P "$(proc_pid "$(node_pidfile "$node")")" | head -n 1)
  [[ -n $pid && -n $init ]] || die "the pod has no process"
  # The runtime's process numbers are those of the node's own pid namespace.
  exec nsenter --target "$init" --pid --mount -- nsenter --target "$pid" --net -- "$@"
}

# pod_partition NAMESPACE POD on|off: the pod neither hears nor is heard, but on its loopback.
pod_partition() {
  local rule
  case $3 in
    on) rule=-I ;;
    off) rule=-D ;;
    *) die "'$3' is neither on nor off" ;;
  esac
  (pod_run "$1" "$2" iptables -w "$rule" INPUT ! -i lo -j DROP) && (pod_run "$1" "$2" iptables -w "$rule" OUTPUT ! -o lo -j DROP)
}
