#!/bin/sh
# Starts broker, producer and tracker, and waits for the first journaled order.
set -eu

self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done

exec "$(dirname "$self")/orderscope" up "$@"
