# shellcheck shell=bash
# The light mode: etcd and kube-apiserver alone, on ports of their own, as many as wanted, for integration tests. No root needed.
#
# DIR holds everything: kubeconfig, token, port, kube-apiserver.pid and etcd.pid (the pid is the first line), audit.log, logs, pki, data.

# Ports are handed out from a range of their own, below the ephemeral one. The directory remembers who has which.
readonly API_FIRST_PORT=25000 API_LAST_PORT=29997
readonly API_PORTS=/tmp/$PREFIX-api-$EUID

api_up() {
  local dir with_controllers=${2:-} begin=$SECONDS port
  packages_need "${PACKAGES_API[@]}"
  binaries_ensure
  dir=$(realpath -m "$1")
  if [[ -d $dir && ! -e $dir/.shopkeeper-api && -n $(ls -A "$dir") ]]; then
    die "$dir is not empty and no API server's directory: choose another one, because api-down removes it"
  fi
  _api_end "$dir" KILL
  rm -rf "$dir"
  mkdir -p "$dir"
  touch "$dir/.shopkeeper-api"
  port=$(_api_take_ports "$dir")
  step "an API server on port $port, in $dir" "4 s"
  apiserver_pki "$dir/pki" "DNS:kube-apiserver"
  pki_kubeconfig "$dir/pki" admin "https://127.0.0.1:$port" "$dir/kubeconfig"
  (umask 077 && openssl rand -hex 16 >"$dir/token" && echo "$(<"$dir/token"),token-admin,token-admin,system:masters" >"$dir/pki/tokens.csv")
  _api_start "$dir"
  if [[ -n $with_controllers ]]; then
    pki_cert "$dir/pki" ca kube-controller-manager /CN=system:kube-controller-manager clientAuth
    pki_kubeconfig "$dir/pki" kube-controller-manager "https://127.0.0.1:$port" "$dir/pki/kube-controller-manager.kubeconfig"
    touch "$dir/with-controllers"
    _api_start_controllers "$dir"
  fi
  step "ready after $((SECONDS - begin)) s: KUBECONFIG=$dir/kubeconfig"
}

# _api_take_ports DIR: three free neighbours (API server, etcd, etcd's peers), plus one for the controllers; prints the first.
_api_take_ports() {
  local dir=$1 port owner
  mkdir -p "$API_PORTS"
  exec 7>"$API_PORTS/.lock"
  flock 7
  _api_prune
  # Who starts many at once should not have each walk past all the others.
  port=$((API_FIRST_PORT + 4 * (RANDOM % ((API_LAST_PORT - API_FIRST_PORT) / 4))))
  while :; do
    owner=$(cat "$API_PORTS/$port" 2>/dev/null || true)
    if { [[ -z $owner || $owner == "$dir" ]] || _api_is_dead "$owner"; } && _api_ports_free "$port"; then break; fi
    port=$((port + 4))
    ((port <= API_LAST_PORT)) || port=$API_FIRST_PORT
  done
  echo "$dir" >"$API_PORTS/$port"
  echo "$port" >"$dir/port"
  exec 7>&-
  echo "$port"
}

# A test that deletes its directory without api-down leaves servers that nobody could stop any more.
_api_prune() {
  local file dir pid
  for file in "$API_PORTS"/[0-9]*; do
    [[ -e $file ]] || continue
    dir=$(<"$file")
    [[ -n $dir && ! -e $dir ]] || continue
    for pid in $(pgrep -u "$EUID" -f -- "[=/ ]${dir#/}/(etcd|pki)"); do
      case $(readlink "/proc/$pid/exe") in
        */etcd | */kube-apiserver | */kube-controller-manager)
          note "ending process $pid, whose directory $dir was removed"
          kill -KILL "$pid" 2>/dev/null || true
          ;;
      esac
    done
    rm -f "$file"
  done
}

_api_is_dead() { [[ ! -e $1/port ]] || ! { proc_alive "$1/etcd.pid" || proc_alive "$1/kube-apiserver.pid"; }; }

_api_ports_free() {
  local listening
  listening=$(ss -Hltn "sport >= :$1 and sport <= :$(($1 + 3))")
  [[ -z $listening ]]
}

_api_port() {
  [[ -e $1/.shopkeeper-api && -s $1/port ]] || die "$1 is no API server's directory: make one with 'tests/cluster/cluster api-up $1'"
  cat "$1/port"
}

_api_start() {
  local dir=$1 port
  port=$(_api_port "$dir")
  if ! proc_alive "$dir/etcd.pid"; then
    etcd_start "$dir/etcd.pid" "$dir/etcd.log" "$dir/etcd" "$((port + 1))" "$((port + 2))"
    wait_for 20 etcd etcd_healthy "$((port + 1))" || { tail -n 10 "$dir/etcd.log" >&2; die "etcd does not come up: its log is $dir/etcd.log"; }
  fi
  wait_for 90 "the API server" _api_serves "$dir" "$port" || {
    tail -n 15 "$dir/kube-apiserver.log" >&2
    die "the API server is not ready: its log is $dir/kube-apiserver.log"
  }
}

# It may end during its start, above all after a kill (its port still taken, a start hook that loses a race): as a kubelet would, it is
# started again, until whoever waits gives up.
_api_serves() {
  local dir=$1 port=$2
  if ! proc_alive "$dir/kube-apiserver.pid"; then
    # There is no controller that would make service accounts, and without them no pod would be admitted. Nor is there a Service to keep.
    apiserver_start "$dir/kube-apiserver.pid" "$dir/kube-apiserver.log" "$dir/pki" "$((port + 1))" "$port" "$dir/audit.log" \
      --bind-address=127.0.0.1 --authorization-mode=RBAC --disable-admission-plugins=ServiceAccount --endpoint-reconciler-type=none \
      --token-auth-file="$dir/pki/tokens.csv"
  fi
  apiserver_ready "$dir/pki" "$port"
}

_api_start_controllers() {
  local dir=$1 port
  proc_alive "$dir/kube-controller-manager.pid" && return
  port=$(_api_port "$dir")
  proc_start "$dir/kube-controller-manager.pid" "$dir/kube-controller-manager.log" "$BIN/kube-controller-manager" \
    --kubeconfig="$dir/pki/kube-controller-manager.kubeconfig" --leader-elect=false --bind-address=127.0.0.1 --secure-port="$((port + 3))" \
    --cert-dir="$dir/pki/kube-controller-manager" --use-service-account-credentials=true \
    --service-account-private-key-file="$dir/pki/service-accounts.key" --root-ca-file="$dir/pki/ca.crt" --kube-api-qps=200 --kube-api-burst=400
}

api_start() {
  local dir
  dir=$(realpath -m "$1")
  binaries_ensure
  _api_port "$dir" >/dev/null
  _api_start "$dir"
  if [[ -e $dir/with-controllers ]]; then _api_start_controllers "$dir"; fi
}

# api_stop DIR [TERM|KILL]: the API server alone; etcd and the data stay.
api_stop() {
  local dir
  dir=$(realpath -m "$1")
  _api_port "$dir" >/dev/null
  proc_stop "$dir/kube-apiserver.pid" "${2:-TERM}"
}

api_compact() {
  local dir port
  dir=$(realpath -m "$1")
  port=$(_api_port "$dir")
  etcd_compact "$((port + 1))"
}

_api_end() {
  local name
  for name in kube-controller-manager kube-apiserver etcd; do proc_stop "$1/$name.pid" "$2"; done
}

api_down() {
  local dir port
  dir=$(realpath -m "$1")
  [[ -e $dir ]] || return 0
  port=$(_api_port "$dir")
  _api_end "$dir" KILL
  if [[ $(cat "$API_PORTS/$port" 2>/dev/null) == "$dir" ]]; then rm -f "$API_PORTS/$port"; fi
  rm -rf "$dir"
}
