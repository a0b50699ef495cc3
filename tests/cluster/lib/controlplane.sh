# shellcheck shell=bash
# The full cluster's control plane: processes on the host, one pid file each in $RUN.

readonly PKI=$STATE/pki
readonly CONTROL_PLANE=(etcd kube-apiserver kube-controller-manager kube-scheduler local-path-provisioner)

kctl() {
  local variable clean=()
  for variable in "${PROXY_VARIABLES[@]}"; do clean+=(-u "$variable"); done
  env "${clean[@]}" KUBECONFIG="$KUBECONFIG_FILE" KUBECACHEDIR="$STATE/kubectl-cache" "$BIN/kubectl" --request-timeout=10s "$@"
}

control_plane_pki() {
  local name
  apiserver_pki "$PKI" "IP:$HOST_IP"
  for name in kube-controller-manager kube-scheduler kube-proxy; do
    pki_cert "$PKI" ca "$name" "/CN=system:$name" clientAuth
    pki_kubeconfig "$PKI" "$name" "https://$HOST_IP:$PORT_API" "$PKI/$name.kubeconfig"
  done
  # A name of its own, so that the audit log tells its writes from the administrator's.
  pki_cert "$PKI" ca local-path-provisioner /O=system:masters/CN=local-path-provisioner clientAuth
  pki_kubeconfig "$PKI" local-path-provisioner "https://127.0.0.1:$PORT_API" "$PKI/local-path-provisioner.kubeconfig"
  pki_kubeconfig "$PKI" admin "https://127.0.0.1:$PORT_API" "$KUBECONFIG_FILE"
}

# control_plane_start NAME: starts that one process if it does not run.
control_plane_start() {
  local name=$1 pidfile=$RUN/$1.pid log=$LOGS/$1.log
  proc_alive "$pidfile" && return
  case $name in
    etcd) etcd_start "$pidfile" "$log" "$STATE/etcd" "$PORT_ETCD" "$PORT_ETCD_PEER" ;;
    kube-apiserver)
      apiserver_start "$pidfile" "$log" "$PKI" "$PORT_ETCD" "$PORT_API" "$AUDIT_LOG" \
        --bind-address=0.0.0.0 --advertise-address="$HOST_IP" --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
        --kubelet-client-certificate="$PKI/apiserver-kubelet-client.crt" --kubelet-client-key="$PKI/apiserver-kubelet-client.key" \
        --kubelet-preferred-address-types=InternalIP --enable-aggregator-routing=true
      ;;
    kube-controller-manager)
      # The rate of calls is that of a busy cluster: tests create a thousand objects at once.
      proc_start "$pidfile" "$log" "$BIN/kube-controller-manager" --kubeconfig="$PKI/$name.kubeconfig" --leader-elect=false \
        --bind-address=127.0.0.1 --secure-port="$PORT_CONTROLLER_MANAGER" --cert-dir="$STATE/certs/$name" --profiling=false \
        --use-service-account-credentials=true --service-account-private-key-file="$PKI/service-accounts.key" --root-ca-file="$PKI/ca.crt" \
        --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
        --kube-api-qps=200 --kube-api-burst=400 ${SHOPKEEPER_NODE_GRACE:+--node-monitor-grace-period="$SHOPKEEPER_NODE_GRACE"}
      ;;
    kube-scheduler)
      proc_start "$pidfile" "$log" "$BIN/kube-scheduler" --kubeconfig="$PKI/$name.kubeconfig" --leader-elect=false \
        --bind-address=127.0.0.1 --secure-port="$PORT_SCHEDULER" --cert-dir="$STATE/certs/$name" --profiling=false \
        --kube-api-qps=200 --kube-api-burst=400
      ;;
    local-path-provisioner)
      # On the host and not in a pod, so that it survives whichever node a test takes away.
      proc_start "$pidfile" "$log" "$BIN/local-path-provisioner" start --kubeconfig "$PKI/$name.kubeconfig" \
        --config "$STATE/volumes.json" --helper-pod-file "$STATE/volume-helper.yaml" --helper-image "$IMAGE_TOOLS" \
        --namespace kube-system --service-account-name default --worker-threads 8
      ;;
    *) die "unknown control plane process $name" ;;
  esac
}

# control_plane_wait_api SECONDS
control_plane_wait_api() {
  wait_for "$1" "the API server" apiserver_ready "$PKI" "$PORT_API" && return
  tail -n 15 "$LOGS/kube-apiserver.log" >&2
  die "the API server is not ready: its log is $LOGS/kube-apiserver.log, etcd's $LOGS/etcd.log"
}

control_plane_up() {
  local name
  step "certificates" "1 s"
  control_plane_pki
  step "etcd and kube-apiserver" "4 to 10 s"
  control_plane_start etcd
  wait_for 20 etcd etcd_healthy "$PORT_ETCD" || { tail -n 10 "$LOGS/etcd.log" >&2; die "etcd does not come up: its log is $LOGS/etcd.log"; }
  control_plane_start kube-apiserver
  control_plane_wait_api 90
  step "kube-controller-manager, kube-scheduler"
  for name in kube-controller-manager kube-scheduler; do control_plane_start "$name"; done
}

control_plane_dead() {
  local name
  for name in "${CONTROL_PLANE[@]}"; do proc_alive "$RUN/$name.pid" || echo "$name"; done
}
