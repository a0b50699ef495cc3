# shellcheck shell=bash
# One bridge on the host, one network namespace per node behind it, and routes to each node's pods.
#
#   host 172.30.0.1 --- bridge shk0 --+-- shk-node1 172.30.0.11, pods 10.244.1.0/24
#                                     +-- shk-node2 172.30.0.12, pods 10.244.2.0/24

readonly CHAIN=SHK

# Kernel settings that the cluster or its kubelets change for the whole machine; `down` puts the old values back.
readonly NETWORK_SYSCTLS=(net.ipv4.ip_forward)
readonly KUBELET_SYSCTLS=(vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

network_up() {
  local overlap
  overlap=$(ip -4 route show root "$NODE_NET.0/24" | head -1)
  [[ -n $overlap ]] || overlap=$(ip -4 route show root "$POD_NET" | head -1)
  [[ -z $overlap ]] || die "the machine already routes '$overlap', which the cluster wants for its nodes or pods: set SHOPKEEPER_NODE_NET to three free octets such as 172.29.7"
  sysctl "${NETWORK_SYSCTLS[@]}" "${KUBELET_SYSCTLS[@]}" >"$RUN/sysctl" 2>/dev/null || true
  sysctl -qw net.ipv4.ip_forward=1
  ip link add "$BRIDGE" type bridge
  ip addr add "$HOST_IP/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  _network_rules
}

# The API server listens on every address, so that it is on loopback and on the bridge; the rules close it to the outside.
_network_rules() {
  iptables -w -N "$CHAIN-INPUT"
  iptables -w -A "$CHAIN-INPUT" -i lo -j RETURN
  iptables -w -A "$CHAIN-INPUT" -i "$BRIDGE" -j RETURN
  iptables -w -A "$CHAIN-INPUT" -p tcp --dport "$PORT_API" -j DROP
  iptables -w -I INPUT -j "$CHAIN-INPUT"
  # A container engine on the machine sets the policy of FORWARD to DROP.
  iptables -w -N "$CHAIN-FORWARD"
  iptables -w -A "$CHAIN-FORWARD" -i "$BRIDGE" -j ACCEPT
  iptables -w -A "$CHAIN-FORWARD" -o "$BRIDGE" -j ACCEPT
  iptables -w -I FORWARD -j "$CHAIN-FORWARD"
  # Nodes and pods reach the outside (a language model's endpoint, a registry) under the host's address.
  iptables -w -t nat -N "$CHAIN-POSTROUTING"
  iptables -w -t nat -A "$CHAIN-POSTROUTING" -s "$NODE_NET.0/24" ! -o "$BRIDGE" -j MASQUERADE
  iptables -w -t nat -A "$CHAIN-POSTROUTING" -s "$POD_NET" ! -o "$BRIDGE" -j MASQUERADE
  iptables -w -t nat -I POSTROUTING -j "$CHAIN-POSTROUTING"
}

# network_node_up NUMBER: the namespace, its link and the routes from and to everybody.
network_node_up() {
  local n=$1 node=$PREFIX-node$1 link=${PREFIX}veth$1 m
  ip netns add "$node"
  ip link add "$link" type veth peer name eth0 netns "$node"
  ip link set "$link" master "$BRIDGE" up
  ip -n "$node" link set lo up
  ip -n "$node" addr add "$(node_ip "$n")/24" dev eth0
  ip -n "$node" link set eth0 up
  ip -n "$node" route add default via "$HOST_IP"
  for ((m = 1; m <= NODE_COUNT; m++)); do
    ((m == n)) || ip -n "$node" route add "$(node_pod_net "$m")" via "$(node_ip "$m")"
  done
  ip route replace "$(node_pod_net "$n")" via "$(node_ip "$n")" dev "$BRIDGE"
  nsenter --net="/run/netns/$node" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
  network_route_services
}

# Deleting the namespace deletes the link with it; what is in flight gets lost, as when a machine loses power.
network_node_down() {
  local node=$PREFIX-node$1
  ip route del "$(node_pod_net "$1")" 2>/dev/null || true
  ip link del "${PREFIX}veth$1" 2>/dev/null || true
  ip netns del "$node" 2>/dev/null || true
  network_route_services
}

# From the host, Service addresses are reached through the first node that is there.
network_route_services() {
  local node
  for node in $(node_names); do
    if [[ -e /run/netns/$node ]]; then
      ip route replace "$SERVICE_NET" via "$(node_ip "$(node_number "$node")")" dev "$BRIDGE" 2>/dev/null || true
      return
    fi
  done
  ip route del "$SERVICE_NET" 2>/dev/null || true
}

# network_down: by prefix rather than by record, so that it also removes what a killed `up` left.
network_down() {
  local node table chain
  while read -r node; do ip netns del "$node"; done < <(network_namespaces)
  # Its links and routes go with the bridge; a veth whose namespace is still held by somebody does not.
  network_links | while read -r node; do ip link del "$node" 2>/dev/null || true; done
  while read -r table chain; do
    iptables -w -t "$table" -D "${chain#"$CHAIN-"}" -j "$chain" 2>/dev/null || true
    iptables -w -t "$table" -F "$chain"
    iptables -w -t "$table" -X "$chain"
  done < <(network_chains)
  if [[ -r $RUN/sysctl ]]; then
    sysctl -q -p "$RUN/sysctl" >/dev/null 2>&1 || true
    rm -f "$RUN/sysctl"
  fi
}

network_namespaces() { ip netns list 2>/dev/null | awk -v p="^$PREFIX-" '$1 ~ p {print $1}'; }

# The bridge comes last.
network_links() { ip -o link show 2>/dev/null | awk -F': ' -v p="^$PREFIX" '{sub(/@.*/, "", $2)} $2 ~ p {print $2}' | sort -r; }

network_chains() {
  local table
  for table in filter nat; do
    iptables -w -t "$table" -S 2>/dev/null | awk -v t="$table" -v p="^$CHAIN-" '$1 == "-N" && $2 ~ p {print t, $2}'
  done
}
