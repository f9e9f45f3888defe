#!/bin/sh
# Runs everything with a row in the fault matrix and writes docs/reliability.md; `--soak` runs the long rows too.
set -eu

projects='--project integration --project faults'
[ "${1-}" != --soak ] || projects="$projects --project soak"
# shellcheck disable=SC2086 # Words are meant.
vitest run $projects
node --disable-warning=ExperimentalWarning --import ./tests/support/fixtures/source-resolution.mjs tests/support/reliability.ts
