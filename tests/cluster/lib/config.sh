# shellcheck shell=bash
# shellcheck disable=SC2034  # the other files read these
# Every name, address, port and path of the local cluster, in one place.

# The fixed prefix of everything the cluster puts on the machine: network namespaces, links, cgroups, iptables chains.
# Cleaning up relies on it, so it cannot be configured.
readonly PREFIX=shk

CACHE=${SHOPKEEPER_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/shopkeeper}

# /run is emptied by a reboot, and so is the truth about which processes and links exist.
readonly RUN=/run/$PREFIX
readonly LOCK_FILE=/run/$PREFIX.lock

# A running cluster remembers where its state is, so that later commands find it without the variable being set again.
if [[ -r $RUN/state-dir ]]; then
  STATE=$(<"$RUN/state-dir")
else
  STATE=${SHOPKEEPER_STATE:-/var/lib/shopkeeper-cluster}
fi
readonly STATE
readonly STATE_MARK=$STATE/.shopkeeper-cluster

readonly KUBECONFIG_FILE=$STATE/kubeconfig
readonly LOGS=$STATE/log
readonly AUDIT_LOG=$STATE/audit/audit.log

if [[ -r $RUN/node-count ]]; then
  NODE_COUNT=$(<"$RUN/node-count")
else
  NODE_COUNT=${SHOPKEEPER_NODES:-2}
fi
readonly NODE_COUNT

# Addresses. The node network can be moved when the machine already uses it.
readonly BRIDGE=${PREFIX}0
readonly NODE_NET=${SHOPKEEPER_NODE_NET:-172.30.0}
readonly HOST_IP=$NODE_NET.1
readonly POD_NET_PREFIX=10.244
readonly POD_NET=$POD_NET_PREFIX.0.0/16
readonly SERVICE_NET=10.96.0.0/16
readonly SERVICE_API_IP=10.96.0.1
readonly SERVICE_DNS_IP=10.96.0.10
readonly CLUSTER_DOMAIN=cluster.local

# Ports on the host: below the ephemeral range (32768 and up) and away from the usual ones (6443, 2379, 7070).
readonly PORT_API=24643
readonly PORT_ETCD=24379
readonly PORT_ETCD_PEER=24380
readonly PORT_CONTROLLER_MANAGER=24257
readonly PORT_SCHEDULER=24259
readonly PORT_S3=24070

readonly S3_REGION=us-east-1

# Images the cluster itself needs.
readonly IMAGE_PAUSE=localhost/$PREFIX/pause:1
readonly IMAGE_COREDNS=localhost/$PREFIX/coredns:1.14.0
readonly IMAGE_TOOLS=localhost/$PREFIX/tools:1
readonly IMAGE_BASE=localhost/debian:bookworm

# Where the network plugins are: Debian's place, or the one everybody else has. Asked each time, since on a
# fresh machine the package comes after this file was read.
cni_bin() { if [[ -d /opt/cni/bin && ! -d /usr/lib/cni ]]; then echo /opt/cni/bin; else echo /usr/lib/cni; fi; }

# Programs started here talk to addresses of this machine; a proxy meant for the outside would swallow that.
# (The Go toolchain and curl need theirs to build, so this is done for those processes only: see proc_start and kctl.)
readonly PROXY_VARIABLES=(http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY)

# node_names: one name a line.
node_names() {
  local i
  for ((i = 1; i <= NODE_COUNT; i++)); do echo "$PREFIX-node$i"; done
}

# node_number NAME: accepts shk-node1, node1 and 1.
node_number() {
  local n=${1#"$PREFIX-"}
  n=${n#node}
  if [[ ! $n =~ ^[1-9]$ ]] || ((n > NODE_COUNT)); then
    die "there is no node '$1': the nodes are $(node_names | paste -sd' ')"
  fi
  echo "$n"
}

node_ip() { echo "$NODE_NET.$((10 + $1))"; }
node_pod_net() { echo "$POD_NET_PREFIX.$1.0/24"; }

# Zones go round a, b, c.
node_zone() {
  local zones=(c a b)
  echo "zone-${zones[$1 % 3]}"
}
