# shellcheck shell=bash
# Nodes: each a set of namespaces with its own containerd, kubelet and kube-proxy. The host sees one process (node-init.sh's parent);
# ending it ends the node.

node_dir() { echo "$STATE/$PREFIX-node$1"; }
node_run() { echo "$RUN/$PREFIX-node$1"; }
node_pidfile() { echo "$RUN/node$1.pid"; }
node_socket() { echo "$(node_run "$1")/containerd/containerd.sock"; }

# node_ctr NUMBER ARGUMENT...
node_ctr() {
  local n=$1
  shift
  ctr --address "$(node_socket "$n")" --namespace k8s.io "$@"
}

# node_prepare NUMBER: identity and configuration files; what a machine's disk would hold.
node_prepare() {
  local n=$1 node=$PREFIX-node$1 dir snapshotter
  dir=$(node_dir "$n")
  mkdir -p "$dir"/{pki,cni,containerd,kubelet,volumes,log}
  snapshotter=$(_node_snapshotter "$dir")
  pki_node "$n"
  node_ip "$n" >"$dir/ip"
  # kubelets may not label themselves with just anything, but these two they may.
  echo "kubernetes.io/hostname=$node,topology.kubernetes.io/zone=$(node_zone "$n")" >"$dir/labels"
  _node_render "$n" "$snapshotter" "$HERE/manifests/containerd.toml" >"$dir/containerd.toml"
  _node_render "$n" "$snapshotter" "$HERE/manifests/kubelet.yaml" >"$dir/kubelet.yaml"
  _node_render "$n" "$snapshotter" "$HERE/manifests/kube-proxy.yaml" >"$dir/kube-proxy.yaml"
  _node_render "$n" "$snapshotter" "$HERE/manifests/cni.json" >"$dir/cni/10-$PREFIX.conflist"
}

pki_node() {
  local node=$PREFIX-node$1 pki
  pki=$(node_dir "$1")/pki
  cp "$PKI/ca.crt" "$pki/ca.crt"
  pki_cert "$PKI" ca "$node" "/O=system:nodes/CN=system:node:$node" clientAuth,serverAuth "DNS:$node,IP:$(node_ip "$1")"
  pki_kubeconfig "$PKI" "$node" "https://$HOST_IP:$PORT_API" "$pki/kubelet.kubeconfig"
  mv "$PKI/$node.crt" "$pki/node.crt"
  mv "$PKI/$node.key" "$pki/node.key"
  cp "$PKI/kube-proxy.kubeconfig" "$pki/kube-proxy.kubeconfig"
}

# overlayfs cannot be stacked on the overlayfs of a container; copying works anywhere and is slow.
_node_snapshotter() {
  local probe=$1/probe answer=native
  mkdir -p "$probe"/{lower,upper,work,merged}
  if unshare --mount mount -t overlay overlay -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/merged" 2>/dev/null; then
    answer=overlayfs
  else
    note "overlayfs does not work in $STATE: image layers are copied instead, which is slow and takes more disk"
  fi
  rm -rf "$probe"
  echo "$answer"
}

_node_render() {
  local n=$1 snapshotter=$2 file=$3
  sed -e "s|@NODE@|$PREFIX-node$n|g" -e "s|@IP@|$(node_ip "$n")|g" -e "s|@DIR@|$(node_dir "$n")|g" -e "s|@POD_NET@|$(node_pod_net "$n")|g" \
    -e "s|@CLUSTER_NET@|$POD_NET|g" -e "s|@DNS_IP@|$SERVICE_DNS_IP|g" -e "s|@DOMAIN@|$CLUSTER_DOMAIN|g" -e "s|@PAUSE@|$IMAGE_PAUSE|g" \
    -e "s|@CNI_BIN@|$(cni_bin)|g" -e "s|@SNAPSHOTTER@|$snapshotter|g" -e "s|@RESOLV@|$STATE/resolv.conf|g" "$file"
}

# node_boot NUMBER: as if the machine were switched on: its disk is as it was, /run, network and processes start anew.
node_boot() {
  local n=$1 node=$PREFIX-node$1 run
  run=$(node_run "$n")
  rm -rf "$run"
  mkdir -p "$run"
  cgroup_create "$node"
  network_node_up "$n"
  # shellcheck disable=SC2016  # the inner shell expands these
  # The inner shell joins the node's cgroup, so that whatever it becomes and starts can be found there.
  proc_start "$(node_pidfile "$n")" "$LOGS/$node.log" \
    bash -c 'PREFIX=$1; . "$2/lib/log.sh"; . "$2/lib/cgroups.sh"; cgroup_join "$3"; shift 2
      exec nsenter --net="/run/netns/$1" unshare --mount --pid --uts --ipc --propagation private --fork --kill-child bash "$4/lib/node-init.sh" "$1" "$2" "$3" "$5"' \
    node "$PREFIX" "$HERE" "$node" "$(node_dir "$n")" "$run" "$HERE" "$BIN"
}

node_runtime_answers() { node_ctr "$1" version; }

# node_kill NUMBER: the power cut.
node_kill() {
  local n=$1 node=$PREFIX-node$1 pid end=$((SECONDS + 20))
  proc_stop "$(node_pidfile "$n")" KILL
  # With process 1 gone the kernel ends the rest of its pid namespace. What is left after a killed `up` had joined the cgroup all the same.
  while [[ -n $(cgroup_pids "$node") ]]; do
    for pid in $(cgroup_pids "$node"); do kill -KILL "$pid" 2>/dev/null || true; done
    ((SECONDS < end)) || die "processes of $node do not end: $(cgroup_pids "$node" | paste -sd' ')"
    sleep 0.05
  done
  network_node_down "$n"
  cgroup_remove "$node" || die "the cgroup of $node cannot be removed: see $(cgroup_leftovers | paste -sd' ')"
  rm -rf "$(node_run "$n")"
}

node_alive() { proc_alive "$(node_pidfile "$1")"; }

node_ready() { [[ $(kctl get node "$PREFIX-node$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]; }
