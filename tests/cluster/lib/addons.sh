# shellcheck shell=bash
# What runs on the cluster before anybody uses it: DNS, the default StorageClass and its provisioner.

readonly DNS_REPLICAS=2

# The resolver of this machine, as far as pods can reach it. A resolver on loopback is out of their reach.
addons_resolv_conf() {
  local file=/etc/resolv.conf
  if ! grep -qE '^nameserver +[^1]|^nameserver +1[^2]|^nameserver +12[^7]' "$file" 2>/dev/null; then file=/run/systemd/resolve/resolv.conf; fi
  # Nodes are IPv4 only, and no search domain of this machine belongs in a pod.
  { grep -E '^nameserver +[0-9.]+ *$' "$file" 2>/dev/null | grep -v ' 127\.' || true; } >"$STATE/resolv.conf"
}

addons_volumes_config() {
  local n paths=''
  for ((n = 1; n <= NODE_COUNT; n++)); do
    paths+="${paths:+,}{\"node\":\"$PREFIX-node$n\",\"paths\":[\"$(node_dir "$n")/volumes\"]}"
  done
  printf '{"nodePathMap":[%s],"setupCommand":"/bin/volume","teardownCommand":"/bin/volume","cmdTimeoutSeconds":120}\n' "$paths" >"$STATE/volumes.json"
  sed "s|@IMAGE@|$IMAGE_TOOLS|g" "$HERE/manifests/volume-helper.yaml" >"$STATE/volume-helper.yaml"
}

addons_up() {
  local forward=''
  # Without a reachable resolver a forwarder would only turn "no such name" into a timeout.
  if [[ -s $STATE/resolv.conf ]]; then forward='forward . /etc/resolv.conf'; fi
  step "CoreDNS, StorageClass and volume provisioner" "10 s"
  addons_volumes_config
  sed -e "s|@IMAGE@|$IMAGE_COREDNS|g" -e "s|@DNS_IP@|$SERVICE_DNS_IP|g" -e "s|@DOMAIN@|$CLUSTER_DOMAIN|g" -e "s|@FORWARD@|$forward|g" \
    -e "s|@REPLICAS@|$DNS_REPLICAS|g" "$HERE/manifests/coredns.yaml" | kctl apply -f - >/dev/null
  kctl apply -f "$HERE/manifests/storage-class.yaml" >/dev/null
  control_plane_start local-path-provisioner
  wait_for 120 "CoreDNS" addons_dns_ready || {
    kctl -n kube-system get pods -o wide >&2 || true
    kctl -n kube-system get events --sort-by=.lastTimestamp 2>&1 | tail -n 15 >&2 || true
    die "CoreDNS does not become available: the kubelets' logs are $(node_dir 1)/log/kubelet.log and its neighbours"
  }
}

# One replica is enough for names to resolve: a node may be gone on purpose.
addons_dns_ready() { [[ $(kctl -n kube-system get deployment coredns -o 'jsonpath={.status.availableReplicas}') -ge 1 ]]; }
