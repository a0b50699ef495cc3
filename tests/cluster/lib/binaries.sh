# shellcheck shell=bash
# Builds every Kubernetes program from the one Go module in tools/, once, into a cache outside the checkout.

readonly TOOLS=$HERE/tools
readonly KUBERNETES_VERSION=v1.34.4
readonly HELM_VERSION=v3.19.5

# In two calls, because local-path-provisioner imports a package under a path that differs from another only in case,
# which the go command refuses within one build.
readonly BINARIES_FIRST=(
  k8s.io/kubernetes/cmd/kube-apiserver
  k8s.io/kubernetes/cmd/kube-controller-manager
  k8s.io/kubernetes/cmd/kube-scheduler
  k8s.io/kubernetes/cmd/kubelet
  k8s.io/kubernetes/cmd/kube-proxy
  k8s.io/kubernetes/cmd/kubectl
  helm.sh/helm/v3/cmd/helm
  github.com/versity/versitygw/cmd/versitygw
  ./coredns
)
readonly BINARIES_SECOND=(github.com/rancher/local-path-provisioner)
# Without these the API server reports v0.0.0, and clients draw conclusions from it.
readonly BINARIES_LDFLAGS="-s -w
  -X k8s.io/component-base/version.gitVersion=$KUBERNETES_VERSION
  -X k8s.io/component-base/version.gitMajor=1
  -X k8s.io/component-base/version.gitMinor=34
  -X k8s.io/component-base/version.gitTreeState=clean
  -X helm.sh/helm/v3/internal/version.version=$HELM_VERSION"

binaries_dir() {
  local key
  key=$({
    cat "$TOOLS/go.mod" "$TOOLS/go.sum" "$TOOLS"/*/*.go
    printf '%s\n' "${BINARIES_FIRST[@]}" "${BINARIES_SECOND[@]}" "$BINARIES_LDFLAGS" "$(uname -m)"
  } | sha256sum)
  echo "$CACHE/bin/${key:0:16}"
}

# binaries_ensure: sets BIN to the directory of the programs, building them if need be.
binaries_ensure() {
  BIN=$(binaries_dir)
  if [[ -e $BIN/.complete ]]; then
    touch "$BIN/.complete"
    return
  fi
  mkdir -p "$CACHE/bin"
  exec 8>"$CACHE/bin/.lock"
  if ! flock -n 8; then
    step "another command is building the Kubernetes programs: waiting for it" "up to 15 min"
    flock 8
  fi
  [[ -e $BIN/.complete ]] || _binaries_build
  exec 8>&-
}

_binaries_build() {
  local go partial=$BIN.partial
  go=$(go_find)
  step "building Kubernetes $KUBERNETES_VERSION, Helm, CoreDNS and the S3 server from source" "once: 7 to 12 min on 2 cores, then cached in $BIN"
  rm -rf "$partial" && mkdir -p "$partial"
  _binaries_compile "$go" "$partial" "${BINARIES_FIRST[@]}"
  _binaries_compile "$go" "$partial" "${BINARIES_SECOND[@]}"
  touch "$partial/.complete"
  rm -rf "$BIN" && mv "$partial" "$BIN"
  step "built: $(du -sh "$BIN" | cut -f1) in $BIN"
  # Programs of older sources that nobody used for a month.
  find "$CACHE/bin" -mindepth 2 -maxdepth 2 -name .complete -mtime +30 -printf '%h\0' | xargs -0r rm -rf
}

_binaries_compile() {
  local go=$1 to=$2 pid begin=$SECONDS said=0
  shift 2
  (
    cd "$TOOLS" || exit
    CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-mod=readonly exec nice "$go" build -trimpath -buildvcs=false -ldflags "${BINARIES_LDFLAGS//$'\n'/ }" -o "$to/" "$@"
  ) >&2 8>&- 9>&- &
  pid=$!
  # A silent quarter of an hour looks like a hang: report once a minute what has been linked so far.
  while kill -0 "$pid" 2>/dev/null; do
    if (((SECONDS - begin) / 60 > said)); then
      said=$(((SECONDS - begin) / 60))
      note "building for $said min; done: $(find "$to" -type f -printf '%f ')"
    fi
    sleep 0.5
  done
  wait "$pid" || die "the build failed: see the compiler's messages above (a download that failed is repeated by running this again)"
}
