# What a launcher found when it last looked closely, so that the next one need not: one `find` in place of some twenty
# processes. A file that has changed since, or cannot be found, makes it look closely again.

# What the build is made from, beside the lockfile.
built_from='src tsconfig.json rolldown.config.ts'

# Sets `node` and succeeds where all was fresh under the same PATH and nothing was touched since. Contents with an old
# date do not deceive it: what counts is when the system last changed a file or its folder, which nobody can set.
is_as_seen() {
  [ -f "$home/.orderscope/seen" ] || return 1
  {
    IFS= read -r seen_path && IFS= read -r node
  } <"$home/.orderscope/seen" || return 1
  [ "$seen_path" = "$PATH" ] && [ -x "$node" ] || return 1
  # shellcheck disable=SC2086 # A list of names without blanks. What `find` has to say, errors too, is a difference.
  [ -z "$(cd "$home" && exec find -H $built_from package-lock.json dist/cli.js dist/.stamp node_modules/.package-lock.json "$node" \
    -cnewer .orderscope/seen -print -quit 2>&1)" ]
}

# Before looking closely, because what changes meanwhile has to count as newer.
begin_seen() {
  [ "$home" != "$root" ] || printf '%s\n%s\n' "$PATH" "$node" >"$home/.orderscope/seen.$$"
}

# end_seen dependencies|build: so much is fresh, and worth keeping where it is all. Not where the command called `node` is
# not Node itself: such a one may choose another Node in another folder.
end_seen() {
  [ "$home" = "$root" ] || return 0
  if [ "$1" = build ] && [ "$("$node" --print process.execPath)" -ef "$node" ]; then
    # A launcher that builds may have taken it away.
    mv "$home/.orderscope/seen.$$" "$home/.orderscope/seen" 2>/dev/null || true
  else
    rm -f "$home/.orderscope/seen.$$"
  fi
}
