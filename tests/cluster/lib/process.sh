# shellcheck shell=bash
# Background processes that outlive the shell that started them, and are only ever ended when they are provably ours.
#
# A pid file holds the pid on its first line and the process's start time (clock ticks since boot, from /proc/PID/stat) on its
# second. A recycled pid has another start time, so it is never signalled.

_proc_start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The command name, in parentheses, may contain anything: count the fields after the last parenthesis.
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != [ZX] ]] || return 1
  echo "${fields[19]}"
}

# proc_pid PIDFILE: prints the pid if that very process still runs.
proc_pid() {
  local pid started
  [[ -r $1 ]] || return 1
  { read -r pid && read -r started; } <"$1" || return 1
  [[ $(_proc_start_time "$pid") == "$started" ]] || return 1
  echo "$pid"
}

proc_alive() { proc_pid "$1" >/dev/null; }

# log_bound FILE: an old log is kept once, and none grows without end. Truncation in place works because logs are opened for append.
log_bound() {
  local size
  size=$(stat -c %s "$1" 2>/dev/null) || return 0
  if ((size > 64 * 1024 * 1024)); then
    tail -c 16M "$1" >"$1.old" && : >"$1"
  fi
}

# proc_start PIDFILE LOG COMMAND...: starts COMMAND in a session of its own.
proc_start() {
  local pidfile=$1 log=$2 pid variable clean=()
  shift 2
  for variable in "${PROXY_VARIABLES[@]}"; do clean+=(-u "$variable"); done
  mkdir -p "$(dirname "$pidfile")" "$(dirname "$log")"
  log_bound "$log"
  # 8 and 9 are the locks of this script: a daemon that kept them would lock everybody out.
  setsid env "${clean[@]}" "$@" >>"$log" 2>&1 </dev/null 8>&- 9>&- &
  pid=$!
  printf '%s\n%s\n' "$pid" "$(_proc_start_time "$pid")" >"$pidfile"
}

# proc_stop PIDFILE [TERM|KILL]: TERM is followed by KILL after ten seconds.
proc_stop() {
  local pidfile=$1 signal=${2:-TERM} pid
  if pid=$(proc_pid "$pidfile"); then
    kill "-$signal" "$pid" 2>/dev/null || true
    if ! _proc_gone "$pidfile" 10; then
      kill -KILL "$pid" 2>/dev/null || true
      _proc_gone "$pidfile" 10 || die "process $pid ($(basename "$pidfile" .pid)) does not end: it hangs in the kernel, see /proc/$pid/stack"
    fi
  fi
  rm -f "$pidfile"
}

_proc_gone() {
  local end=$((SECONDS + $2))
  while proc_alive "$1"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}
