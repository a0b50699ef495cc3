# shellcheck shell=bash
# Images: the few that the cluster needs are put together by hand (no engine, no registry), others are loaded from archives or engines.

readonly IMAGE_CACHE=$CACHE/images

# image_archive NAME LAYER-TAR OUT COMMAND...: a "docker archive" of one layer; the layer's file is moved into it.
# The format is three files in a tar, which docker, buildah, podman and containerd all read.
image_archive() {
  local name=$1 layer=$2 out=$3 work digest config command='' word
  shift 3
  for word in "$@"; do command+="${command:+,}\"$word\""; done
  work=$(work_directory)
  digest=$(sha256sum <"$layer")
  mv "$layer" "$work/layer.tar"
  cat >"$work/config" <<JSON
{"architecture":"$(machine_arch)","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Entrypoint":[],"Cmd":[$command]},"rootfs":{"type":"layers","diff_ids":["sha256:${digest%% *}"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"shopkeeper tests/cluster"}]}
JSON
  # Named by its digest, so that the list of parts changes whenever the content does.
  config=$(sha256sum <"$work/config" | cut -c1-64).json
  mv "$work/config" "$work/$config"
  printf '[{"Config":"%s","RepoTags":["%s"],"Layers":["layer.tar"]}]\n' "$config" "$name" >"$work/manifest.json"
  _image_tar "$work" "$out.partial" manifest.json "$config" layer.tar
  mv "$out.partial" "$out"
  rm -rf "$work"
}

# The same content gives the same bytes.
_image_tar() {
  local from=$1 to=$2
  shift 2
  tar -C "$from" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$to" "$@"
}

# image_from_directory NAME OUT COMMAND DIRECTORY: the directory's content is the image's.
image_from_directory() {
  local name=$1 out=$2 command=$3 root=$4 layer
  chmod 755 "$root"
  mkdir -p "$root/tmp" && chmod 1777 "$root/tmp"
  layer=$(work_directory)/layer.tar
  _image_tar "$root" "$layer" .
  image_archive "$name" "$layer" "$out" "$command"
}

# images_own: archives of the cluster's own images, one path a line, made when the sources or programs are new.
images_own() {
  local dir work
  dir=$IMAGE_CACHE/$(cat "$HERE/images/"* "$HERE/lib/images.sh" <(echo "$BIN") | sha256sum | cut -c1-16)
  if [[ ! -e $dir/.complete ]]; then
    step "images of the cluster's own: pause, CoreDNS, tools" "3 s"
    mkdir -p "$dir"
    work=$(work_directory)
    mkdir "$work/pause" "$work/coredns" "$work/tools"
    gcc -Os -static -s -o "$work/pause/pause" "$HERE/images/pause.c" >&2 || die "gcc cannot link a static program: install libc6-dev"
    image_from_directory "$IMAGE_PAUSE" "$dir/pause.tar" /pause "$work/pause"
    cp "$BIN/coredns" "$work/coredns/coredns"
    image_from_directory "$IMAGE_COREDNS" "$dir/coredns.tar" /coredns "$work/coredns"
    _busybox "$CACHE/busybox"
    cp -a "$CACHE/busybox/." "$work/tools"
    install -m 755 "$HERE/images/volume" "$work/tools/bin/volume"
    image_from_directory "$IMAGE_TOOLS" "$dir/tools.tar" /bin/sh "$work/tools"
    rm -rf "$work"
  fi
  touch "$dir/.complete"
  # Images of older sources that nobody used for a month.
  find "$IMAGE_CACHE" -mindepth 2 -maxdepth 2 -name .complete -mtime +30 -printf '%h\0' | xargs -0r rm -rf
  printf '%s\n' "$dir"/{pause,coredns,tools}.tar
}

# A static busybox, taken out of its package without installing it: installing would push out another busybox.
_busybox() {
  local out=$1 work command
  [[ -e $out/.complete ]] && return
  command -v dpkg-deb >/dev/null || die "the tools image is made from a Debian package and this system has no dpkg-deb: install dpkg and apt, or name a cluster of your own by KUBECONFIG"
  # apt downloads as an unprivileged user, who cannot get into a home directory.
  work=$(mktemp -d)
  chmod 777 "$work"
  (
    cd "$work" || exit
    apt-get -qq download busybox-static || { apt-get -qq update && apt-get -qq download busybox-static; }
    dpkg-deb -x ./*.deb files
  ) >&2 || die "cannot download the package busybox-static: see apt-get's messages above"
  rm -rf "$out"
  mkdir -p "$out/bin" "$out/etc"
  cp "$work/files/bin/busybox" "$out/bin/busybox"
  echo 'root:x:0:0:root:/:/bin/sh' >"$out/etc/passwd"
  for command in $("$out/bin/busybox" --list); do [[ $command == busybox ]] || ln -s busybox "$out/bin/$command"; done
  touch "$out/.complete"
  rm -rf "$work"
}

# images_load ITEM...: archives, or names of images in buildah or docker, into every running node. Nodes are served at the same time.
images_load() {
  local item n work pid id failed=0 pids=() nodes=()
  for ((n = 1; n <= NODE_COUNT; n++)); do
    if node_alive "$n"; then nodes+=("$n"); else note "$PREFIX-node$n is not running: it gets no image"; fi
  done
  ((${#nodes[@]})) || die "no node is running: run 'tests/cluster/cluster up' first"
  work=$(work_directory)
  for item in "$@"; do
    id=$(_image_id "$item")
    pids=()
    for n in "${nodes[@]}"; do
      if _image_is_loaded "$n" "$item" "$id"; then
        note "${item##*/} is already on $PREFIX-node$n"
        continue
      fi
      [[ -f $item || -f $work/image.tar ]] || _image_export "$item" "$work/image.tar"
      _image_import "$n" "$item" "$id" "$([[ -f $item ]] && echo "$item" || echo "$work/image.tar")" &
      pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    rm -f "$work/image.tar"
    ((failed == 0)) || break
  done
  rm -rf "$work"
  ((failed == 0)) || die "'$item' could not be imported: see the messages above"
}

# _image_id ITEM: changes whenever the content does. The lists inside an archive name its parts by digest.
_image_id() {
  local id
  if [[ -f $1 ]]; then
    id=$(tar -xOf "$1" manifest.json 2>/dev/null || tar -xOf "$1" index.json 2>/dev/null) || die "'$1' is no image archive (neither of docker's kind nor of OCI's)"
    sha256sum <<<"$id" | cut -c1-64
  elif id=$(buildah inspect --type image --format '{{.FromImageID}}' "$1" 2>/dev/null) && [[ -n $id ]]; then
    echo "$id"
  elif id=$(docker image inspect --format '{{.Id}}' "$1" 2>/dev/null) && [[ -n $id ]]; then
    echo "${id#sha256:}"
  else
    die "there is no archive and no image named '$1': build it first, and see 'buildah images' for what there is"
  fi
}

# _image_export NAME FILE: not compressed, because it is read again at once on the same machine.
_image_export() {
  step "exporting $1" "a second per 100 MB"
  if buildah inspect --type image "$1" >/dev/null 2>&1; then
    buildah push -q "$1" "docker-archive:$2:$1" >/dev/null || die "buildah could not export '$1'"
  else
    docker save -o "$2" "$1" || die "docker could not export '$1'"
  fi
}

# What was imported is recorded per node: the id, then the names and digests it got. Another image may have taken the name since.
_image_record() { echo "$(node_dir "$1")/loaded/$(sha256sum <<<"$2" | cut -c1-32)"; }

_image_is_loaded() {
  local record there line
  record=$(_image_record "$1" "$2")
  [[ -r $record && $(head -1 "$record") == "$3" ]] || return 1
  there=$(node_ctr "$1" images ls | awk 'NR > 1 {print $1, $3}')
  while read -r line; do grep -qxF "$line" <<<"$there" || return 1; done < <(tail -n +2 "$record")
}

_image_import() {
  local n=$1 item=$2 id=$3 archive=$4 record output
  record=$(_image_record "$n" "$item")
  mkdir -p "$(dirname "$record")"
  step "importing ${item##*/} on $PREFIX-node$n" "a second per 50 MB"
  output=$(node_ctr "$n" images import --snapshotter "$(_node_snapshotter_used "$n")" "$archive" 2>&1) || { printf '%s\n' "$output" >&2; return 1; }
  {
    echo "$id"
    sed -nE 's/^unpacking ([^ ]+) \((sha256:[0-9a-f]+)\).*/\1 \2/p' <<<"$output"
  } >"$record"
  [[ $(wc -l <"$record") -gt 1 ]] || { note "no image with a name in $item: $output"; rm -f "$record"; return 1; }
}

_node_snapshotter_used() { sed -nE 's/.*snapshotter = "([a-z]+)".*/\1/p' "$(node_dir "$1")/containerd.toml"; }

# base_image: a Debian image under a fixed name in buildah, from packages alone; the archive in the cache outlives buildah's storage.
base_image() {
  local archive=$IMAGE_CACHE/debian-bookworm.tar layer
  packages_need "${PACKAGES_BASE_IMAGE[@]}"
  if buildah inspect --type image "$IMAGE_BASE" >/dev/null 2>&1; then
    step "$IMAGE_BASE is there"
    return
  fi
  mkdir -p "$IMAGE_CACHE"
  if [[ ! -e $archive ]]; then
    step "a Debian base image from packages" "80 s, once"
    layer=$(work_directory)/layer.tar
    mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$layer" >&2 || die "mmdebstrap failed: see its messages above"
    image_archive "$IMAGE_BASE" "$layer" "$archive" /bin/bash
  fi
  step "into buildah" "10 s"
  buildah pull -q "docker-archive:$archive" >/dev/null || die "buildah cannot read $archive: remove that file and run this again"
  buildah inspect --type image "$IMAGE_BASE" >/dev/null 2>&1 || die "buildah read $archive but does not know $IMAGE_BASE: remove that file and run this again"
}
