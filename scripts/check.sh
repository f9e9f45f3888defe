#!/bin/sh
# What a change must pass before it is committed: types, lint, dead code, unit tests. Runs all, fails if one failed.
set -u

failed=
for check in 'tsc --noEmit -p tsconfig.test.json' 'biome check .' 'knip' 'vitest run --project unit'; do
  printf '== %s\n' "$check"
  # shellcheck disable=SC2086 # Words are meant.
  $check || failed="$failed ${check%% *}"
done
[ -z "$failed" ] || {
  printf 'failed:%s\n' "$failed" >&2
  exit 1
}
