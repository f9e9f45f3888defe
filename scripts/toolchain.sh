#!/bin/sh
# The one place that decides which Node.js runs and whether dependencies and build are fresh.
#
#   toolchain.sh run ARG...      install and build where needed, then become `node dist/cli.js ARG...`
#   toolchain.sh build           install and build where needed
#   toolchain.sh exec CMD ARG... install where needed, then become CMD under the chosen Node, node_modules/.bin in PATH
#
# Says everything on stderr, so that stdout stays the program's. Exit 69 where something cannot be fetched.
# The launcher reads this file into its own shell, and has set `root`.
set -eu

case $0 in
  */toolchain.sh | toolchain.sh) root=$(cd "$(dirname "$0")/.." && pwd -P) ;;
esac
. "$root/scripts/lib/seen.sh"

usage() {
  printf 'usage: %s run|build|exec [ARGUMENT...]\n' "$0" >&2
  exit 2
}

[ $# -gt 0 ] || usage
mode=$1
shift

home=$root
if [ "$mode" != run ] || ! is_as_seen; then
  . "$root/scripts/lib/lock.sh"
  . "$root/scripts/lib/node.sh"
  . "$root/scripts/lib/install.sh"
  choose_folders
  case $mode in
    run | build) prepare build ;;
    exec) prepare dependencies ;;
  esac
fi

case $mode in
  run)
    # For messages that tell which command to type next.
    ORDERSCOPE_LAUNCHER=$root/orderscope
    export ORDERSCOPE_LAUNCHER
    # Compiled code of the program and its packages: a third less processor time until `follow` reads.
    NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$home/.orderscope/compiled}
    export NODE_COMPILE_CACHE
    # V8 would rather grow than collect what short-lived records and screens leave behind: 410 MB become 250 for a
    # tracker that drains a topic, 310 become 170 for a monitor at 10,000 records/s, for the same CPU time.
    node_flags=--max-semi-space-size=16
    MALLOC_ARENA_MAX=1
    export MALLOC_ARENA_MAX
    case ${1-} in
      tracker | up)
        # Memory that a fetch came in is given back by a collection, so a tracker with less to collect needs them sooner: 212
        # MiB become 178. Up to 48 MB of old objects wait: with V8's own limit some drains collected those ten times a second,
        # which took a quarter of their processor time. What `up` starts has the flags of `up`.
        node_flags='--max-semi-space-size=8 --initial-old-space-size=48'
        # What comes of a fetch takes the memory of those before, which is mapped and still in the caches: a drain takes 4 to 7 %
        # less processor time. By itself the library gives much of it back and asks for it anew.
        export MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=33554432
        ;;
      monitor)
        node_flags='--max-semi-space-size=8 --heap-growing-percent=20'
        # Threads of a monitor come and go; what was large in them goes back to the system at once: of 250 to 265 MiB while a
        # filter runs, 230 are left.
        export MALLOC_MMAP_THRESHOLD_=1048576
        ;;
    esac
    # shellcheck disable=SC2086 # Words are meant.
    exec "$node" $node_flags "$home/dist/cli.js" "$@"
    ;;
  build) ;;
  exec)
    [ $# -gt 0 ] || usage
    PATH=$home/node_modules/.bin:$(dirname "$node"):$PATH
    export PATH
    exec "$@"
    ;;
  *)
    usage
    ;;
esac
