# A lock between launchers that a killed holder does not keep: a symbolic link, which the system makes and fills in one
# step, to "PID:START-TIME". Also the messages, and the one way to run something long.

say() {
  printf 'orderscope: %s\n' "$*" >&2
}

# Sets `started` to the start time of process $1 in the system's own form; empty where it does not run. Pid and start
# time together name one process, on one boot.
find_started() {
  started=
  if [ -r /proc/self/stat ]; then
    # The group swallows the message about a process that has just gone.
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    # The name in front may hold anything; fields are counted after its last ")". Z: dead, and not yet buried.
    case ${stat##*) } in Z* | X*) return 0 ;; esac
    started=$(echo "${stat##*) }" | cut -d ' ' -f 20)
  else
    started=$(ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_') || true
  fi
}

pause() {
  sleep 0.2 2>/dev/null || sleep 1
}

# lock PATH: takes the lock, waits for a living holder, takes over from a dead one.
lock() {
  lock_path=$1
  find_started $$
  lock_own=$$:$started
  lock_told=
  lock_failed=0
  until ln -s "$lock_own" "$lock_path" 2>/dev/null; do
    if ! lock_holder=$(readlink "$lock_path"); then
      # Released between the two calls; again and again means that no link can be made here.
      lock_failed=$((lock_failed + 1))
      [ "$lock_failed" -lt 50 ] || {
        say "cannot make the lock $lock_path"
        exit 74
      }
      continue
    fi
    find_started "${lock_holder%%:*}"
    if [ "$started" != "${lock_holder#*:}" ]; then
      take_over "$lock_holder"
      continue
    fi
    if [ -z "$lock_told" ]; then
      say "waiting for another launcher (pid ${lock_holder%%:*}) that installs or builds"
      lock_told=yes
    fi
    pause
  done
}

# Removes the lock of dead holder $1. One at a time, and only while it is still that holder's.
take_over() {
  if mkdir "$lock_path.takeover" 2>/dev/null; then
    if [ "$(readlink "$lock_path" 2>/dev/null)" = "$1" ]; then rm -f "$lock_path"; fi
    rmdir "$lock_path.takeover"
  elif [ -n "$(find "$lock_path.takeover" -prune -mmin +1 2>/dev/null)" ]; then
    # Whoever made it was killed within those three lines.
    rmdir "$lock_path.takeover" 2>/dev/null || true
  else
    pause
  fi
}

# Gives back the lock where it is ours, which its content tells from the moment it is there.
unlock() {
  if [ -n "$lock_path" ] && [ "$(readlink "$lock_path" 2>/dev/null)" = "$lock_own" ]; then rm -f "$lock_path"; fi
}

# watch WHAT COMMAND ARG...: runs the command with its output on stderr and says every 10 s that it still runs.
watch() {
  watch_what=$1
  shift
  is_watching=yes
  "$@" >&2 </dev/null &
  child=$!
  watch_ticks=0
  # A child that ended is still a process until the shell has looked, which `pause` makes it do.
  while kill -0 "$child" 2>/dev/null; do
    pause
    watch_ticks=$((watch_ticks + 1))
    if [ $((watch_ticks % 50)) -eq 0 ]; then say "still $watch_what, $((watch_ticks / 5)) s"; fi
  done
  watch_status=0
  wait "$child" || watch_status=$?
  is_watching=
  return "$watch_status"
}

# clean_up_at_end: from here on, whatever ends this shell takes the child, the half-built and the lock with it.
clean_up_at_end() {
  is_watching=
  aside=
  lock_path=
  lock_own=
  trap 'clean_up' EXIT
  trap 'end_by INT' INT
  trap 'end_by TERM' TERM
  trap 'end_by HUP' HUP
}

clean_up() {
  trap - EXIT INT TERM HUP
  if [ -n "$is_watching" ] && [ -n "${!:-}" ]; then
    kill "$!" 2>/dev/null || true
    wait "$!" 2>/dev/null || true
  fi
  if [ -n "$aside" ]; then rm -rf "$aside"; fi
  unlock
}

end_by() {
  clean_up
  kill -s "$1" $$
}
