#!/bin/sh
# The one place that decides which Node.js runs and whether dependencies and build are fresh.
#
#   toolchain.sh run ARG...      install and build where needed, then become `node dist/cli.js ARG...`
#   toolchain.sh build           install and build where needed
#   toolchain.sh exec CMD ARG... install where needed, then become CMD under the chosen Node, node_modules/.bin in PATH
#
# Says everything on stderr, so that stdout stays the program's. Exit 69 where something cannot be fetched.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
. "$root/scripts/lib/lock.sh"
. "$root/scripts/lib/node.sh"
. "$root/scripts/lib/install.sh"

usage() {
  printf 'usage: %s run|build|exec [ARGUMENT...]\n' "$0" >&2
  exit 2
}

[ $# -gt 0 ] || usage
mode=$1
shift

choose_folders
case $mode in
  run)
    prepare build
    # For messages that tell which command to type next.
    ORDERSCOPE_LAUNCHER=$root/orderscope
    export ORDERSCOPE_LAUNCHER
    exec "$node" "$home/dist/cli.js" "$@"
    ;;
  build)
    prepare build
    ;;
  exec)
    [ $# -gt 0 ] || usage
    prepare dependencies
    PATH=$home/node_modules/.bin:$(dirname "$node"):$PATH
    export PATH
    exec "$@"
    ;;
  *)
    usage
    ;;
esac
