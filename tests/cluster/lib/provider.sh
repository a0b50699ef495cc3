# shellcheck shell=bash
# Which cluster the demo and the tests use: the person's own if there is one, the local one if not.

# provider_detect: prints local, kubeconfig, kind, k3d or minikube. SHOPKEEPER_PROVIDER decides by itself when set.
provider_detect() {
  local tool
  case ${SHOPKEEPER_PROVIDER:-} in
    local | kubeconfig | kind | k3d | minikube)
      echo "$SHOPKEEPER_PROVIDER"
      return
      ;;
    '') ;;
    *) die "SHOPKEEPER_PROVIDER is '$SHOPKEEPER_PROVIDER': it may be local, kubeconfig, kind, k3d or minikube" ;;
  esac
  if [[ -n ${KUBECONFIG:-} && $KUBECONFIG != "$KUBECONFIG_FILE" ]]; then
    echo kubeconfig
    return
  fi
  for tool in kind k3d minikube; do
    if command -v "$tool" >/dev/null && provider_docker_answers; then
      echo "$tool"
      return
    fi
  done
  echo local
}

provider_docker_answers() { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; }

readonly PROVIDER_NAME=shopkeeper
readonly PROVIDER_KUBECONFIG=$CACHE/provider.kubeconfig

provider_up() {
  local provider
  provider=$(provider_detect)
  case $provider in
    local) cluster_up ;;
    kubeconfig)
      step "using the cluster of KUBECONFIG=${KUBECONFIG:-}"
      _provider_kubectl version >/dev/null || die "the cluster of KUBECONFIG=${KUBECONFIG:-} does not answer: check it with 'kubectl version', or unset KUBECONFIG for the local cluster"
      ;;
    kind)
      mkdir -p "$CACHE"
      kind get clusters 2>/dev/null | grep -qx "$PROVIDER_NAME" || { step "kind cluster $PROVIDER_NAME" "1 to 3 min"; kind create cluster --name "$PROVIDER_NAME" --kubeconfig "$PROVIDER_KUBECONFIG" --config "$HERE/manifests/kind.yaml" --wait 120s >&2; }
      kind get kubeconfig --name "$PROVIDER_NAME" >"$PROVIDER_KUBECONFIG"
      ;;
    k3d)
      mkdir -p "$CACHE"
      k3d cluster list "$PROVIDER_NAME" >/dev/null 2>&1 || { step "k3d cluster $PROVIDER_NAME" "1 min"; k3d cluster create "$PROVIDER_NAME" --agents 2 --wait --kubeconfig-update-default=false >&2; }
      k3d kubeconfig get "$PROVIDER_NAME" >"$PROVIDER_KUBECONFIG"
      ;;
    minikube)
      mkdir -p "$CACHE"
      KUBECONFIG=$PROVIDER_KUBECONFIG minikube status -p "$PROVIDER_NAME" >/dev/null 2>&1 || { step "minikube profile $PROVIDER_NAME" "2 min"; KUBECONFIG=$PROVIDER_KUBECONFIG minikube start -p "$PROVIDER_NAME" --nodes 2 >&2; }
      ;;
  esac
}

provider_down() {
  case $(provider_detect) in
    local) cluster_down ;;
    kubeconfig) step "the cluster of KUBECONFIG is yours and stays as it is" ;;
    kind) kind delete cluster --name "$PROVIDER_NAME" >&2 ;;
    k3d) k3d cluster delete "$PROVIDER_NAME" >&2 ;;
    minikube) minikube delete -p "$PROVIDER_NAME" >&2 ;;
  esac
}

_provider_kubectl() {
  if command -v kubectl >/dev/null; then kubectl "$@"; else binaries_ensure && "$BIN/kubectl" "$@"; fi
}

# provider_load IMAGE...: archives or image names.
provider_load() {
  local provider item archive
  provider=$(provider_detect)
  case $provider in
    local) cluster_load "$@" ;;
    kubeconfig) _provider_push "$@" ;;
    *)
      for item in "$@"; do
        archive=$item
        if [[ ! -f $item ]]; then
          archive=$(work_directory)/image.tar
          _image_export "$item" "$archive"
        fi
        step "loading $item into $provider"
        case $provider in
          kind) kind load image-archive "$archive" --name "$PROVIDER_NAME" >&2 ;;
          k3d) k3d image import "$archive" --cluster "$PROVIDER_NAME" >&2 ;;
          minikube) minikube -p "$PROVIDER_NAME" image load "$archive" >&2 ;;
        esac
        [[ $archive == "$item" ]] || rm -f "$archive"
      done
      ;;
  esac
}

# A cluster of somebody's own takes images from a registry; one of kind, k3d or minikube is recognised by its context's name.
_provider_push() {
  local context item
  context=$(_provider_kubectl config current-context)
  case $context in
    kind-*) for item in "$@"; do kind load docker-image "$item" --name "${context#kind-}" >&2; done ;;
    k3d-*) k3d image import "$@" --cluster "${context#k3d-}" >&2 ;;
    minikube) for item in "$@"; do minikube image load "$item" >&2; done ;;
    *)
      [[ -n ${SHOPKEEPER_REGISTRY:-} ]] || die "the cluster of KUBECONFIG takes images from a registry: set SHOPKEEPER_REGISTRY to one that it can pull from and you can push to"
      for item in "$@"; do
        step "pushing $item to $SHOPKEEPER_REGISTRY"
        if provider_docker_answers; then
          docker tag "$item" "$SHOPKEEPER_REGISTRY/${item##*/}" && docker push "$SHOPKEEPER_REGISTRY/${item##*/}" >&2
        else
          buildah push "$item" "docker://$SHOPKEEPER_REGISTRY/${item##*/}" >&2
        fi
      done
      ;;
  esac
}

provider_kubeconfig() {
  case $(provider_detect) in
    local) echo "$KUBECONFIG_FILE" ;;
    kubeconfig) echo "$KUBECONFIG" ;;
    *) echo "$PROVIDER_KUBECONFIG" ;;
  esac
}

provider_command() {
  local action=${1:-}
  (($#)) && shift
  case $action in
    detect) provider_detect ;;
    up) provider_up ;;
    down) provider_down ;;
    load) provider_load "$@" ;;
    kubeconfig) provider_kubeconfig ;;
    *) die "provider takes one of: detect, up, down, load IMAGE..., kubeconfig" ;;
  esac
}
