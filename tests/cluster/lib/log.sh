# shellcheck shell=bash
# Progress on stderr, so that stdout stays free for what a command is asked to print; waiting; scratch space.

# step WHAT [HOW LONG]: says what is about to happen, with the seconds since the command began.
step() {
  if [[ -n ${2:-} ]]; then
    printf '[%4d s] %s (%s)\n' "$SECONDS" "$1" "$2" >&2
  else
    printf '[%4d s] %s\n' "$SECONDS" "$1" >&2
  fi
}

note() { printf '         %s\n' "$*" >&2; }

# die SENTENCE: what is wrong and what to do about it, in one sentence.
die() {
  printf 'cluster: %s\n' "$*" >&2
  exit 1
}

# wait_for SECONDS WHAT COMMAND...: polls until COMMAND succeeds; says every ten seconds that it is still waiting.
wait_for() {
  local limit=$1 what=$2 begin=$SECONDS said=0 spent
  shift 2
  until "$@" >/dev/null 2>&1; do
    spent=$((SECONDS - begin))
    if ((spent >= limit)); then
      note "gave up on $what after $limit s"
      return 1
    fi
    if ((spent / 10 > said)); then
      said=$((spent / 10))
      note "still waiting for $what: $spent of at most $limit s"
    fi
    sleep 0.1
  done
}

# work_directory: prints a new scratch directory on the cache's disk. All of them go when this command ends (see the trap in `cluster`),
# those of commands that were killed when a later one begins.
work_directory() {
  mkdir -p "$CACHE/work.$$"
  mktemp -d "$CACHE/work.$$/XXXXXX"
}

work_directories_remove() {
  local dir
  rm -rf "$CACHE/work.$$"
  for dir in "$CACHE"/work.*; do
    [[ ! -d $dir || -e /proc/${dir##*.} ]] || rm -rf "$dir"
  done
}
