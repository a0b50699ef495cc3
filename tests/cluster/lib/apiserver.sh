# shellcheck shell=bash
# etcd and kube-apiserver: what the full cluster and the light mode start alike.

# etcd_start PIDFILE LOG DATA-DIR CLIENT-PORT PEER-PORT
etcd_start() {
  local pidfile=$1 log=$2 data=$3 client=http://127.0.0.1:$4 peer=http://127.0.0.1:$5
  # Nothing here has to survive a power cut, and fsync is most of what etcd waits for.
  proc_start "$pidfile" "$log" env ETCD_UNSUPPORTED_ARCH="$(machine_arch)" \
    etcd --name "$PREFIX" --data-dir "$data" --unsafe-no-fsync --logger=zap --log-level=warn --quota-backend-bytes=4294967296 \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "$PREFIX=$peer"
}

etcd_healthy() { curl -fs --noproxy '*' --max-time 2 "http://127.0.0.1:$1/health" | grep -q true; }

# etcd_compact PORT: forgets everything before the current revision; prints it. By etcd's JSON gateway, so that no etcdctl is needed.
etcd_compact() {
  local url=http://127.0.0.1:$1/v3/kv revision
  revision=$(curl -fs --noproxy '*' --max-time 5 "$url/range" -d '{"key":"AA==","count_only":true}' | sed -nE 's/.*"revision":"([0-9]+)".*/\1/p')
  [[ -n $revision ]] || die "etcd on port $1 does not answer: is it running?"
  curl -fsS --noproxy '*' --max-time 30 "$url/compaction" -d "{\"revision\":\"$revision\",\"physical\":true}" >/dev/null ||
    die "etcd on port $1 refused to compact revision $revision (it is compacted already when nothing was written since)"
  echo "$revision"
}

# apiserver_pki DIR SUBJECT-ALT-NAMES: everything an API server needs, and the administrator's certificate.
apiserver_pki() {
  local dir=$1 names=$2
  mkdir -p "$dir" && chmod 700 "$dir"
  pki_ca "$dir" ca
  pki_ca "$dir" front-proxy-ca
  pki_service_accounts "$dir"
  pki_cert "$dir" ca apiserver /CN=kube-apiserver serverAuth \
    "$names,IP:127.0.0.1,IP:$SERVICE_API_IP,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$CLUSTER_DOMAIN"
  pki_cert "$dir" ca apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
  pki_cert "$dir" front-proxy-ca front-proxy-client /CN=front-proxy-client clientAuth
  pki_cert "$dir" ca admin /O=system:masters/CN=admin clientAuth
}

# apiserver_start PIDFILE LOG PKI ETCD-PORT PORT AUDIT-LOG FLAG...
apiserver_start() {
  local pidfile=$1 log=$2 pki=$3 etcd=$4 port=$5 audit=$6
  shift 6
  mkdir -p "$(dirname "$audit")"
  proc_start "$pidfile" "$log" "$BIN/kube-apiserver" \
    --etcd-servers="http://127.0.0.1:$etcd" --secure-port="$port" \
    --client-ca-file="$pki/ca.crt" --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --service-account-issuer="https://kubernetes.default.svc.$CLUSTER_DOMAIN" \
    --service-account-key-file="$pki/service-accounts.pub" --service-account-signing-key-file="$pki/service-accounts.key" \
    --service-cluster-ip-range="$SERVICE_NET" --allow-privileged=true --profiling=false \
    --requestheader-client-ca-file="$pki/front-proxy-ca.crt" --requestheader-allowed-names=front-proxy-client \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$pki/front-proxy-client.crt" --proxy-client-key-file="$pki/front-proxy-client.key" \
    --audit-policy-file="$HERE/manifests/audit-policy.yaml" --audit-log-path="$audit" --audit-log-maxsize=100 --audit-log-maxbackup=2 \
    "$@"
}

# apiserver_ready PKI PORT
apiserver_ready() {
  curl -fs --noproxy '*' --max-time 5 --cacert "$1/ca.crt" --cert "$1/admin.crt" --key "$1/admin.key" "https://127.0.0.1:$2/readyz" | grep -qx ok
}
