# shellcheck shell=bash
# An S3 server (versitygw) over a directory, on the bridge's address, so that pods and the host reach it under the same name.

readonly S3_DIR=$STATE/s3
readonly S3_ENDPOINT=http://$HOST_IP:$PORT_S3

s3_start() {
  proc_alive "$RUN/versitygw.pid" && return
  mkdir -p "$S3_DIR/objects"
  if [[ ! -s $S3_DIR/credentials ]]; then
    (umask 077 && printf 'shk%s\n%s\n' "$(openssl rand -hex 8)" "$(openssl rand -hex 20)" >"$S3_DIR/credentials")
  fi
  { read -r S3_ACCESS && read -r S3_SECRET; } <"$S3_DIR/credentials"
  # By the environment, because everybody may read a command line.
  ROOT_ACCESS_KEY=$S3_ACCESS ROOT_SECRET_KEY=$S3_SECRET proc_start "$RUN/versitygw.pid" "$LOGS/versitygw.log" \
    "$BIN/versitygw" --port "$HOST_IP:$PORT_S3" --region "$S3_REGION" --quiet --keep-alive posix "$S3_DIR/objects"
  wait_for 20 "the S3 server" s3_answers || { tail -n 10 "$LOGS/versitygw.log" >&2; die "the S3 server does not come up: its log is $LOGS/versitygw.log"; }
}

# A stranger gets 403 from an S3 server; only a dead one gives no status at all.
s3_answers() { [[ $(curl -s --noproxy '*' --max-time 2 -o /dev/null -w '%{http_code}' "$S3_ENDPOINT/") != 000 ]]; }

# s3_print: lines that a shell can eval and a test can parse.
s3_print() {
  { read -r S3_ACCESS && read -r S3_SECRET; } <"$S3_DIR/credentials"
  cat <<TEXT
S3_ENDPOINT=$S3_ENDPOINT
AWS_ACCESS_KEY_ID=$S3_ACCESS
AWS_SECRET_ACCESS_KEY=$S3_SECRET
AWS_DEFAULT_REGION=$S3_REGION
TEXT
}
