# shellcheck shell=bash
# up, down, status and the partial failures: node-stop, apiserver-stop.

# lock [SECONDS]: one command at a time changes the cluster. What makes or removes it does not wait for another: who runs two of these
# at once should know. What uses it (load, node-stop) waits its turn.
lock() {
  ((EUID == 0)) || die "the local cluster takes root: run it with sudo, or name a cluster of your own by KUBECONFIG"
  while :; do
    exec 9>>"$LOCK_FILE"
    flock -w "${1:-0}" 9 || die "another cluster command is at work (process $(cat "$LOCK_FILE" 2>/dev/null)): wait for it to end"
    # `down` removes the file; a lock on a removed file excludes nobody.
    [[ $(stat -Lc %i /proc/self/fd/9) == "$(stat -c %i "$LOCK_FILE" 2>/dev/null)" ]] && break
  done
  echo "$$" >"$LOCK_FILE"
}

readonly PATIENCE=300

# is_created: this machine has been running a cluster since its last boot.
is_created() { [[ -e $RUN/created && -e $STATE_MARK ]]; }

# need_created: also sets BIN, to the programs that the running cluster was made with.
need_created() {
  is_created || die "no cluster is running here: start one with 'tests/cluster/cluster up'"
  BIN=$(<"$RUN/bin")
}

nodes_dead() {
  local n
  for ((n = 1; n <= NODE_COUNT; n++)); do node_alive "$n" || echo "$PREFIX-node$n"; done
}

nodes_ready() {
  local n
  for ((n = 1; n <= NODE_COUNT; n++)); do node_ready "$n" || return 1; done
}

is_healthy() {
  is_created && [[ $(<"$RUN/bin") == "$BIN" ]] && [[ -z $(control_plane_dead)$(nodes_dead) ]] && apiserver_ready "$PKI" "$PORT_API" && nodes_ready && addons_dns_ready
}

cluster_up() {
  local begin=$SECONDS log
  lock
  binaries_ensure
  if is_created && [[ ${SHOPKEEPER_NODES:-$NODE_COUNT} != "$NODE_COUNT" || ${SHOPKEEPER_STATE:-$STATE} != "$STATE" ]]; then
    note "a cluster of $NODE_COUNT nodes is running in $STATE; for another number or place end it first: tests/cluster/cluster down"
  fi
  if is_healthy; then
    for log in "$LOGS"/*.log; do log_bound "$log"; done
    step "the cluster is up and healthy: nothing to do"
    return
  fi
  if is_created && _cluster_repair; then return; fi
  packages_need "${PACKAGES_CLUSTER[@]}"
  step "removing leftovers" "1 s"
  cleanup_all
  machine_can_run_nodes
  _cluster_create
  step "the cluster is up: $NODE_COUNT nodes, $((SECONDS - begin)) s; kubeconfig: $KUBECONFIG_FILE"
}

# What a test stopped, or what died, is started again and its data kept. What does not come back that way is made anew.
_cluster_repair() {
  local name node
  [[ $(<"$RUN/bin") == "$BIN" ]] || { step "the cluster runs programs of other sources: making it anew"; return 1; }
  step "the cluster is damaged ($(control_plane_dead | paste -sd' ')$(nodes_dead | paste -sd' ')): starting what is missing"
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler local-path-provisioner; do control_plane_start "$name"; done
  for node in $(nodes_dead); do
    node_kill "$(node_number "$node")"
    node_boot "$(node_number "$node")"
  done
  if wait_for 60 "the repaired cluster" is_healthy; then
    step "the cluster is repaired and healthy"
    return 0
  fi
  step "that did not help: making the cluster anew"
  return 1
}

_cluster_create() {
  local n paths archives
  mkdir -p "$RUN" "$STATE" "$LOGS"
  : >"$STATE_MARK"
  echo "$STATE" >"$RUN/state-dir"
  echo "$NODE_COUNT" >"$RUN/node-count"
  echo "$BIN" >"$RUN/bin"
  step "network $NODE_NET.0/24"
  network_up
  addons_resolv_conf
  control_plane_up
  paths=$(images_own)
  mapfile -t archives <<<"$paths"
  step "$NODE_COUNT nodes, each with its own containerd, kubelet and kube-proxy" "10 s"
  for ((n = 1; n <= NODE_COUNT; n++)); do
    node_prepare "$n"
    node_boot "$n"
  done
  for ((n = 1; n <= NODE_COUNT; n++)); do
    wait_for 60 "containerd of $PREFIX-node$n" node_runtime_answers "$n" || _node_died "$n"
  done
  images_load "${archives[@]}"
  for ((n = 1; n <= NODE_COUNT; n++)); do
    wait_for 90 "$PREFIX-node$n to be Ready" node_ready "$n" || _node_died "$n"
  done
  addons_up
  s3_start
  touch "$RUN/created"
}

_node_died() {
  local dir
  dir=$(node_dir "$1")
  tail -n 5 "$LOGS/$PREFIX-node$1.log" "$dir"/log/*.log >&2 2>/dev/null || true
  die "$PREFIX-node$1 does not come up: its logs are in $dir/log"
}

cluster_down() {
  local begin=$SECONDS
  lock
  step "ending the cluster and removing what it put on this machine" "3 s"
  cleanup_all
  step "the cluster is gone, $((SECONDS - begin)) s (programs and images stay cached in $CACHE)"
  rm -f "$LOCK_FILE"
}

cluster_status() {
  local name n pid
  if ! is_created; then
    echo "no cluster is running here (tests/cluster/cluster up starts one)"
    return 1
  fi
  need_created
  for name in "$LOGS"/*.log; do log_bound "$name"; done
  printf '%-24s %-8s %8s  %s\n' PART PID MEMORY LOG
  for name in "${CONTROL_PLANE[@]}" versitygw; do
    if pid=$(proc_pid "$RUN/$name.pid"); then
      printf '%-24s %-8s %5d MB  %s\n' "$name" "$pid" "$(_rss "$pid")" "$LOGS/$name.log"
    else
      printf '%-24s %-8s %8s  %s\n' "$name" "ended" - "$LOGS/$name.log"
    fi
  done
  for ((n = 1; n <= NODE_COUNT; n++)); do
    name=$PREFIX-node$n
    if pid=$(proc_pid "$(node_pidfile "$n")"); then
      # shellcheck disable=SC2046  # words
      printf '%-24s %-8s %5d MB  %s\n' "$name $(node_ip "$n")" "$pid" "$(_rss $(cgroup_pids "$name"))" "$(node_dir "$n")/log/"
    else
      printf '%-24s %-8s %8s  %s\n' "$name $(node_ip "$n")" "ended" - "$(node_dir "$n")/log/"
    fi
  done
  echo
  echo "kubeconfig   $KUBECONFIG_FILE"
  echo "kubectl      $BIN/kubectl (helm is beside it)"
  echo "API server   https://127.0.0.1:$PORT_API, https://$HOST_IP:$PORT_API"
  echo "audit log    $AUDIT_LOG"
  echo "S3           $S3_ENDPOINT (tests/cluster/cluster s3 prints the credentials)"
  echo "state        $STATE"
  echo
  if apiserver_ready "$PKI" "$PORT_API"; then
    kctl get nodes -L topology.kubernetes.io/zone
    if is_healthy; then
      echo "healthy"
      return 0
    fi
  fi
  echo "damaged: 'tests/cluster/cluster up' repairs it"
  return 1
}

# _rss PID...: megabytes of memory.
_rss() { ps -o rss= -p "$(paste -sd, < <(printf '%s\n' "$@"))" 2>/dev/null | awk '{s += $1} END {print int(s / 1024)}'; }

cluster_node_stop() {
  local n
  lock "$PATIENCE"
  need_created
  n=$(node_number "$1")
  step "cutting the power of $PREFIX-node$n"
  node_kill "$n"
  step "$PREFIX-node$n is off; its place in the API turns NotReady after the grace period (50 s unless SHOPKEEPER_NODE_GRACE was set at up)"
}

cluster_node_start() {
  local n
  lock "$PATIENCE"
  need_created
  n=$(node_number "$1")
  if node_alive "$n"; then
    step "$PREFIX-node$n is on"
    return
  fi
  step "switching $PREFIX-node$n on" "5 to 15 s"
  node_kill "$n"
  node_boot "$n"
  wait_for 60 "containerd of $PREFIX-node$n" node_runtime_answers "$n" || _node_died "$n"
  if apiserver_ready "$PKI" "$PORT_API"; then
    # Its old status may still say Ready: wait for a word of the kubelet that is new.
    wait_for 90 "$PREFIX-node$n to be Ready" node_ready_since "$n" "$(date +%s)" || _node_died "$n"
    step "$PREFIX-node$n is Ready"
  else
    step "$PREFIX-node$n is on; the API server is not running, so it is not Ready"
  fi
}

# node_ready_since NUMBER TIME: the kubelet renews its lease every ten seconds, and at once when it starts.
node_ready_since() {
  local renewed
  renewed=$(kctl -n kube-node-lease get lease "$PREFIX-node$1" -o 'jsonpath={.spec.renewTime}') || return 1
  (($(date -d "$renewed" +%s) >= $2)) && node_ready "$1"
}

cluster_apiserver_stop() {
  lock "$PATIENCE"
  need_created
  step "ending the API server (${1:-TERM})"
  proc_stop "$RUN/kube-apiserver.pid" "${1:-TERM}"
}

cluster_apiserver_start() {
  lock "$PATIENCE"
  need_created
  step "starting the API server" "4 s"
  control_plane_start etcd
  control_plane_start kube-apiserver
  control_plane_wait_api 60
  step "the API server is ready"
}

cluster_s3() {
  need_created
  if ! proc_alive "$RUN/versitygw.pid"; then
    lock "$PATIENCE"
    s3_start
  fi
  s3_print
}

cluster_load() {
  lock "$PATIENCE"
  need_created
  mkdir -p "$CACHE"
  images_load "$@"
  step "loaded"
}
