# shellcheck shell=bash
# shellcheck disable=SC2034  # the other files read the lists
# What the machine must have. The list of Debian packages is here and nowhere else.

# program:package. A program that is there already is taken as it is, whoever installed it.
readonly PACKAGES_CLUSTER=(
  etcd:etcd-server containerd:containerd ctr:containerd runc:runc iptables:iptables conntrack:conntrack
  ip:iproute2 nsenter:util-linux unshare:util-linux flock:util-linux sysctl:procps ps:procps
  openssl:openssl curl:curl unzip:unzip socat:socat ethtool:ethtool gcc:gcc ar:binutils jq:jq
)
readonly PACKAGES_API=(etcd:etcd-server openssl:openssl curl:curl flock:util-linux ss:iproute2 unzip:unzip pgrep:procps)
readonly PACKAGES_BASE_IMAGE=(mmdebstrap:mmdebstrap buildah:buildah)

# packages_need PROGRAM:PACKAGE...: installs what is missing on Debian as root; says what is missing anywhere else.
packages_need() {
  local pair missing_programs=() missing_packages=()
  # Debian keeps administration programs where an ordinary user's PATH does not look.
  PATH=$PATH:/usr/sbin:/sbin:/usr/local/go/bin
  for pair in "$@"; do
    if ! command -v "${pair%%:*}" >/dev/null; then
      missing_programs+=("${pair%%:*}")
      missing_packages+=("${pair##*:}")
    fi
  done
  if [[ " $* " == *" containerd:"* ]]; then
    # No program of these packages is on the PATH, so look for what is needed of them.
    if [[ ! -x $(cni_bin)/ptp ]]; then
      missing_programs+=("CNI plugins")
      missing_packages+=(containernetworking-plugins)
    fi
    if [[ $(gcc -print-file-name=libc.a 2>/dev/null) != /* ]]; then
      missing_programs+=("static libc")
      missing_packages+=(libc6-dev)
    fi
  fi
  ((${#missing_packages[@]})) || return 0
  mapfile -t missing_packages < <(printf '%s\n' "${missing_packages[@]}" | sort -u)
  if ! command -v apt-get >/dev/null; then
    die "missing: ${missing_programs[*]}; install them with this system's package manager (their Debian packages are: ${missing_packages[*]})"
  fi
  if ((EUID != 0)); then
    die "missing: ${missing_programs[*]}; run: sudo apt-get install ${missing_packages[*]}"
  fi
  step "installing Debian packages: ${missing_packages[*]}" "1 min"
  _packages_install "${missing_packages[@]}"
}

_packages_install() {
  local policy=/usr/sbin/policy-rc.d ours=0 ok=1
  # etcd-server and containerd would start services of their own, which the cluster does not use.
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && ours=1
  fi
  export DEBIAN_FRONTEND=noninteractive
  local apt=(apt-get -o DPkg::Lock::Timeout=600 -qq)
  "${apt[@]}" install -y --no-install-recommends "$@" >&2 ||
    { "${apt[@]}" update >&2 && "${apt[@]}" install -y --no-install-recommends "$@" >&2; } || ok=0
  ((ours)) && rm -f "$policy"
  ((ok)) || die "apt-get could not install $*: see its messages above"
}

# machine_can_run_nodes: namespaces, cgroups and room, tried rather than guessed.
machine_can_run_nodes() {
  ((EUID == 0)) || die "nodes are network namespaces with their own containerd, which takes root: run it with sudo, or name a cluster of your own by KUBECONFIG"
  { ip link add "$PREFIX-probe" type bridge && ip link del "$PREFIX-probe"; } 2>/dev/null ||
    die "this machine does not let root create network links (CAP_NET_ADMIN): in a container, start it with --privileged"
  unshare --mount --pid --uts --ipc --fork --kill-child true 2>/dev/null ||
    die "this machine does not let root create namespaces (CAP_SYS_ADMIN): in a container, start it with --privileged"
  iptables -w -t nat -nL >/dev/null 2>&1 ||
    die "iptables has no nat table here: load the kernel module nf_tables or ip_tables ($(iptables -w -t nat -nL 2>&1 | head -1))"
  cgroups_usable || die "no writable cgroup file system at /sys/fs/cgroup: in a container, start it with --privileged --cgroupns=host"
  ((${#STATE} <= 60)) || die "the path in SHOPKEEPER_STATE is longer than 60 characters, too long for the Unix sockets below it: choose a shorter one"
  [[ $STATE != /run/* && $STATE != /var/log/* ]] || die "SHOPKEEPER_STATE must not lie in /run or /var/log, which nodes cover with their own: choose another place"
  local free place=$STATE
  while [[ ! -d $place ]]; do place=$(dirname "$place"); done
  free=$(df -Pk "$place" | awk 'NR==2 {print int($4 / 1024)}')
  ((free > 4096)) || die "only $free MiB are free at $STATE and a cluster takes 4096: make room or set SHOPKEEPER_STATE to another disk"
  free=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
  ((free > 1500)) || die "only $free MiB of memory are available and the cluster takes about 1500: end something first"
}
