#!/bin/bash
# Process 1 of a node: arguments are its name, its directory, its directory for /run, and the directory of the programs.
#
# It runs in mount, pid, uts and ipc namespaces of its own. Every mount of containerd and the kubelet is made in here and every
# process is started in here, so ending this one process ends the node like a power cut and leaves no mount behind.
set -euo pipefail

name=$1 dir=$2 run=$3 bin=$4

mount --make-rprivate /
# Pods may ask for mount propagation, which works among shared mounts only; these are shared with nobody outside.
mount --make-rshared /
mount -t proc proc /proc
hostname "$name"
mkdir -p "$dir/log/pods" "$dir/log/containers"
# Shim sockets, CNI namespaces and locks live in /run, container logs in /var/log: each node has its own.
mount --bind "$dir/log" /var/log
mount --bind "$run" /run
mkdir -p /run/netns /run/lock

# supervise NAME COMMAND...: as an init system would, starts it again a second after it ended.
supervise() {
  local log=$dir/log/$1.log
  shift
  while :; do
    "$@" >>"$log" 2>&1 </dev/null || true
    echo "ended; starting again in a second: $1" >>"$log"
    sleep 1
  done
}

# No log grows without end. Cutting in place works because they are opened for append.
bound_logs() {
  local log
  while sleep 60; do
    for log in "$dir"/log/*.log; do
      if (($(stat -c %s "$log") > 64 * 1024 * 1024)); then tail -c 16M "$log" >"$log.old" && : >"$log"; fi
    done
  done
}
bound_logs &

supervise containerd containerd --config "$dir/containerd.toml" &

# The kubelet gives up if the container runtime does not answer at once.
for _ in {1..300}; do
  [[ -S /run/containerd/containerd.sock ]] && break
  sleep 0.1
done

supervise kubelet "$bin/kubelet" --config="$dir/kubelet.yaml" --kubeconfig="$dir/pki/kubelet.kubeconfig" \
  --hostname-override="$name" --node-ip="$(<"$dir/ip")" --root-dir="$dir/kubelet" --cert-dir="$dir/pki" --node-labels="$(<"$dir/labels")" &
supervise kube-proxy "$bin/kube-proxy" --config="$dir/kube-proxy.yaml" &

# Bash reaps whatever is orphaned while it waits, as process 1 has to.
while :; do wait || true; done
