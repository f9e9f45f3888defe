# Dependencies and build: whether they are fresh, by a stamp of what they are made from; made aside and renamed.

# Sets `home`: the checkout itself, or, where that cannot be written, a copy of it in the user's cache.
choose_folders() {
  if mkdir -p "$root/.orderscope" 2>/dev/null && [ -w "$root" ] && [ -w "$root/.orderscope" ]; then return 0; fi
  case ${XDG_CACHE_HOME:-} in
    /*) cache=$XDG_CACHE_HOME ;;
    *) cache=$HOME/.cache ;;
  esac
  home=$cache/orderscope/checkout-$(printf %s "$root" | cksum | cut -d ' ' -f 1)
  mkdir -p "$home/.orderscope" || {
    say "cannot write in $root nor in $cache; make one of them writable."
    exit 69
  }
}

# prepare dependencies|build: returns with `node` set and everything fresh.
prepare() {
  if find_node && begin_seen && is_fresh "$1"; then
    end_seen "$1"
    return 0
  fi
  rm -f "$home/.orderscope/seen.$$"
  clean_up_at_end
  lock "$home/.orderscope/launcher.lock"
  # Killed launchers cannot clean up; nobody else builds while the lock is held.
  rm -rf "$home"/.orderscope/node.[0-9]* "$home"/.orderscope/install.[0-9]* "$home"/.orderscope/build.[0-9]* "$home"/.orderscope/seen.[0-9]*
  find_node || fetch_node
  if [ "$home" != "$root" ]; then copy_checkout; fi
  is_installed || install_dependencies
  if [ "$1" = build ] && ! is_built; then build; fi
  unlock
  trap - EXIT INT TERM HUP
}

is_fresh() {
  [ "$home" = "$root" ] || is_copied || return 1
  is_installed || return 1
  [ "$1" = dependencies ] || is_built
}

# The checksum of the files and folders named, relative to the current folder.
checksum() {
  find "$@" -type f -exec cksum {} + | LC_ALL=C sort | cksum
}

dependencies_stamp() {
  echo "$(uname -sm) $(cd "$root" && checksum package-lock.json)"
}

build_stamp() {
  # shellcheck disable=SC2086 # A list of names without blanks.
  echo "$(dependencies_stamp) $(cd "$root" && checksum $built_from)"
}

# Whether file $1 holds text $2.
holds() {
  [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

# Installed by this launcher, or by npm itself after the lockfile was last changed.
is_installed() {
  modules=$home/node_modules
  [ -x "$modules/.bin/rolldown" ] || return 1
  by_us=$modules/.orderscope-stamp
  by_npm=$modules/.package-lock.json
  if holds "$by_us" "$(dependencies_stamp)"; then return 0; fi
  if [ -f "$by_us" ] && [ ! "$by_npm" -nt "$by_us" ]; then return 1; fi
  [ "$by_npm" -nt "$root/package-lock.json" ]
}

is_built() {
  [ -f "$home/dist/cli.js" ] && holds "$home/dist/.stamp" "$(build_stamp)"
}

# replace TARGET SOURCE: puts SOURCE in TARGET's place; what was there is gone.
replace() {
  if [ -e "$1" ] || [ -L "$1" ]; then mv "$1" "$aside/replaced"; fi
  mv "$2" "$1"
}

install_dependencies() {
  command -v npm >/dev/null || {
    say 'needs npm to install its dependencies, and there is none in PATH.'
    exit 69
  }
  say 'installing dependencies into node_modules'
  stamp=$(dependencies_stamp)
  aside=$home/.orderscope/install.$$
  mkdir -p "$aside"
  cp "$root/package.json" "$root/package-lock.json" "$aside"
  # Development dependencies hold the bundler. No dependency needs its install script.
  # shellcheck disable=SC2086 # Several flags are meant.
  watch 'installing dependencies' npm_by_node ci --include=dev --ignore-scripts $npm_quiet --prefix "$aside" || {
    say 'cannot install the dependencies of package-lock.json (npm says why above).'
    say 'Connect to the network; without it they must be in the npm cache.'
    exit 69
  }
  echo "$stamp" >"$aside/node_modules/.orderscope-stamp"
  replace "$home/node_modules" "$aside/node_modules"
  rm -rf "$aside"
  aside=
}

build() {
  say 'building'
  stamp=$(build_stamp)
  aside=$home/.orderscope/build.$$
  mkdir -p "$aside"
  watch 'building' bundle || {
    say 'the build failed (the bundler says why above).'
    exit 1
  }
  echo "$stamp" >"$aside/dist/.stamp"
  replace "$home/dist" "$aside/dist"
  rm -rf "$aside"
  aside=
}

# What it says of every file it has made, on stdout, is left out.
bundle() {
  cd "$home" && exec "$node" --disable-warning=ExperimentalWarning node_modules/rolldown/bin/cli.mjs \
    --config rolldown.config.ts --configLoader native --dir "$aside/dist" >/dev/null
}

# What the build reads and the program opens beside `dist`.
copied="package.json package-lock.json $built_from broker docker-compose.yaml Dockerfile"

is_copied() {
  # shellcheck disable=SC2086 # A list of names without blanks.
  holds "$home/.orderscope/copied" "$(cd "$root" && checksum $copied)"
}

copy_checkout() {
  if is_copied; then return 0; fi
  say "$root cannot be written; working in $home"
  # shellcheck disable=SC2086
  copied_stamp=$(cd "$root" && checksum $copied)
  for name in $copied; do
    rm -rf "${home:?}/$name"
    cp -R "$root/$name" "$home/$name"
  done
  chmod -R u+w "$home"
  echo "$copied_stamp" >"$home/.orderscope/copied"
}
