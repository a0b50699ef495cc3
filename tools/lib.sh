# Sourced by the scripts in tools/: progress that can be read while it happens, and packages.
# shellcheck shell=bash

tools_started=$(date +%s)
project_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache_dir=${SHOPKEEPER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shopkeeper}
log_dir=$project_dir/build/logs
mkdir -p "$log_dir" "$cache_dir"
export CCACHE_DIR=${CCACHE_DIR:-$cache_dir/ccache}
export CCACHE_BASEDIR=$project_dir CCACHE_NOHASHDIR=true CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-4G}

say() { printf '[%4ds] %s\n' $(($(date +%s) - tools_started)) "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# run_logged NAME "what is happening" "how long" COMMAND...: the output goes to build/logs/NAME.log;
# every 20 s a line says that it goes on and what the last line was. On failure the tail is shown.
run_logged() {
  local name=$1 what=$2 expect=$3
  shift 3
  local log=$log_dir/$name.log begun last pid
  say "$what ($expect; log: ${log#"$project_dir"/})"
  begun=$(date +%s)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  last=$begun
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    if (($(date +%s) - last >= 20)); then
      last=$(date +%s)
      say "  still: $what, $((last - begun)) s: $(tail -n 1 "$log" | cut -c1-90)"
    fi
  done
  if ! wait "$pid"; then
    tail -n 40 "$log" >&2
    printf 'error: failed: %s (whole log: %s)\n' "$what" "$log" >&2
    return 1
  fi
  say "  done in $(($(date +%s) - begun)) s"
}

# Installs the Debian packages of the given list files that are missing.
ensure_packages() {
  local wanted missing
  wanted=$(sed 's/#.*//' "$@" | xargs -n1 | sort -u)
  command -v dpkg-query >/dev/null || return 0 # not Debian: CMake says what it cannot find
  missing=$(for p in $wanted; do
    dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null | grep -qx installed || echo "$p"
  done)
  [[ -z $missing ]] && return 0
  missing=${missing//$'\n'/ }
  if [[ $(id -u) -ne 0 ]]; then
    die "these packages are missing, and installing them needs root: apt-get install $missing"
  fi
  run_logged apt "installing Debian packages" "1 to 3 min" \
    sh -c "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing"
}

# build_programs [with-tests]: one optimised build serves images, tests and benches; once it has
# tests it keeps them.
build_programs() {
  local options=()
  if [[ ${1:-} == with-tests ]]; then
    options=(-DSHOPKEEPER_TESTS=ON)
  elif [[ ! -f $project_dir/build/release/CMakeCache.txt ]]; then
    options=(-DSHOPKEEPER_TESTS=OFF)
  fi
  run_logged configure "configuring the build" "10 s" \
    cmake -S "$project_dir" --preset release "${options[@]}" || return 1
  run_logged build "compiling C++" "8 to 20 min cold on 2 cores, seconds warm" \
    cmake --build "$project_dir/build/release"
}
