#!/bin/sh
# Stops what ./start.sh started, in order, with nothing lost.
set -eu

self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done

exec "$(dirname "$self")/orderscope" down "$@"
