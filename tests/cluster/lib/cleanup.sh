# shellcheck shell=bash
# Removes everything the cluster ever puts on a machine, by record and by prefix, so that it also cleans up after a killed `up`.

cleanup_all() {
  local n name dir=$STATE
  for n in {1..9}; do
    if [[ -e $(node_pidfile "$n") || -e /run/netns/$PREFIX-node$n ]] || cgroup_leftovers | grep -q "/$PREFIX-node$n$"; then node_kill "$n"; fi
  done
  # The reverse of the start; etcd last.
  for name in versitygw local-path-provisioner kube-scheduler kube-controller-manager kube-apiserver etcd; do
    proc_stop "$RUN/$name.pid" KILL
  done
  _cleanup_strays
  network_down
  _cleanup_container_group
  # Nodes mount in namespaces of their own, so nothing should be mounted here. What is would be deleted with the state.
  awk -v s="$dir/" 'index($2, s) == 1 {print $2}' /proc/self/mounts | sort -r | while read -r n; do umount -l "$n" || true; done
  if [[ -e $STATE_MARK ]]; then
    rm -rf --one-file-system "$dir"
  elif [[ -d $dir ]]; then
    rmdir "$dir" 2>/dev/null || note "$dir is left alone: it does not carry the cluster's mark"
  fi
  rm -rf "$RUN"
}

# Processes whose record is lost. Ours are told by program and by a path inside our state on their command line.
_cleanup_strays() {
  local pid
  for pid in $(cleanup_processes); do
    note "ending the unrecorded process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-100)"
    kill -KILL "$pid" 2>/dev/null || true
  done
  wait_for 10 "unrecorded processes to end" _cleanup_no_process || die "processes do not end: $(cleanup_processes | paste -sd' ')"
}

_cleanup_no_process() { [[ -z $(cleanup_processes) ]]; }

cleanup_processes() {
  local dir program command
  for dir in /proc/[0-9]*; do
    program=$(readlink "$dir/exe" 2>/dev/null) || continue
    case ${program##*/} in
      etcd | kube-apiserver | kube-controller-manager | kube-scheduler | kubelet | kube-proxy | local-path-provisioner | versitygw | containerd | containerd-shim* | unshare) ;;
      *) continue ;;
    esac
    command=$(tr '\0' ' ' <"$dir/cmdline" 2>/dev/null) || continue
    if [[ $command == *"$STATE/"* || $command == *"$RUN/"* ]]; then echo "${dir#/proc/}"; fi
  done
}

# In a container with cgroup version 2, its own processes had been moved one level down to make room.
_cleanup_container_group() {
  local group=$CGROUP_ROOT/$PREFIX-container controller pid
  [[ -d $group ]] || return 0
  for controller in $(<"$CGROUP_ROOT/cgroup.subtree_control"); do echo "-$controller" >"$CGROUP_ROOT/cgroup.subtree_control" 2>/dev/null || true; done
  while read -r pid; do echo "$pid" >"$CGROUP_ROOT/cgroup.procs" 2>/dev/null || true; done <"$group/cgroup.procs"
  rmdir "$group" 2>/dev/null || note "the cgroup $group stays, because processes of this container are in it"
}

# cleanup_leftovers: whatever of the cluster is on the machine, one line each; nothing after `down`.
cleanup_leftovers() {
  local line
  for line in $(cleanup_processes); do echo "process $line $(tr '\0' ' ' <"/proc/$line/cmdline" | cut -c1-80)"; done
  network_namespaces | sed 's/^/namespace /'
  network_links | sed 's/^/link /'
  network_chains | sed 's/^/iptables /'
  ip -4 route show | grep -E "^($POD_NET_PREFIX\.|${SERVICE_NET%/*}|$NODE_NET\.)" | sed 's/^/route /' || true
  cgroup_leftovers | sed 's/^/cgroup /'
  grep -E " ($STATE|$RUN)[/ ]" /proc/mounts | awk '{print "mount", $2}' || true
  [[ ! -e $STATE ]] || echo "directory $STATE"
  [[ ! -e $RUN ]] || echo "directory $RUN"
}
