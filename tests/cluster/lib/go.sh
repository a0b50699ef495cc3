# shellcheck shell=bash
# Finds a Go toolchain new enough for tools/go.mod, or fetches one into the cache.

# The checksums pin what is downloaded (module proxies serve Go's own toolchains as zip files).
readonly GO_NEEDED=1.25
readonly GO_FETCHED=1.25.5
declare -rA GO_SHA256=(
  [amd64]=8cea6783dab64d68b38f5b81ecd38d45155a3c06638991acc6af19e0fca80edb
  [arm64]=4d31d22f75fed99025f7b082319eabeb74106d11e343fc203b336ba2afdeb3a1
)

machine_arch() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) die "no support for a $(uname -m) machine: amd64 and arm64 are known" ;;
  esac
}

# go_find: prints the go program to use.
go_find() {
  local go version fetched=$CACHE/go/$GO_FETCHED
  for go in go /usr/local/go/bin/go "$fetched/bin/go"; do
    go=$(command -v "$go") || continue
    version=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null) || continue
    if [[ $(printf '%s\n' "$GO_NEEDED" "${version#go}" | sort -V | head -1) == "$GO_NEEDED" ]]; then
      echo "$go"
      return
    fi
    note "$go is ${version:-of an unknown version}; Go $GO_NEEDED or newer is needed (Debian 12 packages 1.19)"
  done
  _go_fetch "$fetched"
  echo "$fetched/bin/go"
}

_go_fetch() {
  local to=$1 arch proxy name partial
  arch=$(machine_arch)
  proxy=${GOPROXY:-https://proxy.golang.org}
  proxy=${proxy%%[,|]*}
  name=v0.0.1-go$GO_FETCHED.linux-$arch
  partial=$to.partial
  step "fetching Go $GO_FETCHED from $proxy" "65 MB"
  rm -rf "$partial" && mkdir -p "$partial"
  curl -fsSL --retry 3 -o "$partial/go.zip" "$proxy/golang.org/toolchain/@v/$name.zip" ||
    die "cannot download Go $GO_FETCHED from $proxy: install Go $GO_NEEDED or newer from https://go.dev/dl, or set GOPROXY to a reachable module proxy"
  echo "${GO_SHA256[$arch]}  $partial/go.zip" | sha256sum -c --quiet - >&2 || die "the Go toolchain from $proxy has the wrong checksum: not using it"
  unzip -q "$partial/go.zip" -d "$partial"
  # The archive of the module proxy carries no file modes.
  chmod +x "$partial/golang.org/toolchain@$name/bin/"* "$partial/golang.org/toolchain@$name/pkg/tool/"*/*
  rm -rf "$to" && mv "$partial/golang.org/toolchain@$name" "$to" && rm -rf "$partial"
}
