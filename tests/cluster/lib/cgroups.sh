# shellcheck shell=bash
# One cgroup per node, in every hierarchy: the kubelet puts its pods below it, and the node's own processes sit in its child "system".
# Both layouts are handled: version 2 alone, and the hybrid where version 1 controllers are mounted one by one.

readonly CGROUP_ROOT=/sys/fs/cgroup

_cgroup_v2() { [[ -e $CGROUP_ROOT/cgroup.controllers ]]; }

# _cgroup_roots: the hierarchies that take part, one a line.
_cgroup_roots() {
  if _cgroup_v2; then
    echo "$CGROUP_ROOT"
  else
    awk '$3 == "cgroup" || $3 == "cgroup2" {print $2}' /proc/self/mounts
  fi
}

cgroups_usable() {
  local root probe
  [[ -n $(_cgroup_roots) ]] || return 1
  while read -r root; do
    probe=$root/$PREFIX-probe
    mkdir -p "$probe" 2>/dev/null && rmdir "$probe" || return 1
  done < <(_cgroup_roots)
}

# cgroup_create NAME
cgroup_create() {
  local root dir file
  _cgroup_v2 && _cgroup_v2_delegate "$CGROUP_ROOT"
  while read -r root; do
    for dir in "$root/$1" "$root/$1/system"; do
      mkdir -p "$dir"
      # A cpuset group without cpus and memory nodes admits no process, and only a new kernel copies them by itself.
      for file in cpuset.cpus cpuset.mems; do
        if [[ -e $dir/$file && -z $(<"$dir/$file") && -e $dir/cgroup.clone_children ]]; then
          cat "${dir%/*}/$file" >"$dir/$file"
        fi
      done
    done
  done < <(_cgroup_roots)
  if _cgroup_v2; then _cgroup_v2_delegate "$CGROUP_ROOT/$1"; fi
}

_cgroup_v2_delegate() {
  local controller pid
  for controller in $(<"$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null && continue
    # In a container the top group still holds the container's processes, and a group with processes cannot delegate.
    if [[ $1 == "$CGROUP_ROOT" && -e $1/cgroup.type ]]; then
      mkdir -p "$1/$PREFIX-container"
      while read -r pid; do echo "$pid" >"$1/$PREFIX-container/cgroup.procs" 2>/dev/null || true; done <"$1/cgroup.procs"
      echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true
    fi
  done
}

# cgroup_join NAME: moves the calling shell in.
cgroup_join() {
  local root
  while read -r root; do echo "$BASHPID" >"$root/$1/system/cgroup.procs"; done < <(_cgroup_roots)
}

# cgroup_pids NAME: every process in it or below it.
cgroup_pids() {
  local root
  while read -r root; do
    [[ -d $root/$1 ]] && find "$root/$1" -name cgroup.procs -exec cat {} + 2>/dev/null
  done < <(_cgroup_roots) | sort -un
}

_cgroup_rmdir() {
  local root
  while read -r root; do
    [[ ! -d $root/$1 ]] || find "$root/$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [[ ! -d $root/$1 ]] || return 1
  done < <(_cgroup_roots)
}

# cgroup_remove NAME: its processes must be gone; the kernel takes a moment to notice.
cgroup_remove() { wait_for 10 "the cgroup $1 to empty" _cgroup_rmdir "$1"; }

# cgroup_leftovers: the groups with the project's prefix.
cgroup_leftovers() {
  local root
  while read -r root; do find "$root" -maxdepth 1 -type d -name "$PREFIX-*"; done < <(_cgroup_roots)
}
