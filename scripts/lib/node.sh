# Which Node.js: the one in PATH where it is new enough, else a private one, fetched once with the host's npm.

node_major_private=24

# Errors only, and not for minutes where there is no network.
npm_quiet='--no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=1'

# Whether version $1 ("v22.22.0") is at least 22.22.
is_new_enough() {
  version=${1#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  case $major$minor in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 22 ]; }
}

# Sets `node` and succeeds where one is at hand.
find_node() {
  if node=$(command -v node) && is_new_enough "$(node --version 2>/dev/null)"; then return 0; fi
  node=$home/.orderscope/node/bin/node
  [ -x "$node" ]
}

node_package() {
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    *) return 1 ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) return 1 ;;
  esac
  echo "node-$system-$processor"
}

no_node() {
  found=$(command -v node) && found="found $(node --version 2>/dev/null || echo 'none that runs') at $found" || found='found none'
  say "needs Node.js 22.22 or newer ($node_major_private recommended) and $found."
  say "$1"
  exit 69
}

# Fetches the private Node. The npm package holds nothing but the official binary.
fetch_node() {
  package=$(node_package) || no_node "No private one is known for $(uname -sm): install it from https://nodejs.org."
  command -v npm >/dev/null || no_node 'There is no npm to fetch a private one: install it from https://nodejs.org.'
  say "fetching a private Node.js $node_major_private into $home/.orderscope (once, about 35 MB)"
  aside=$home/.orderscope/node.$$
  mkdir -p "$aside"
  echo '{"private":true}' >"$aside/package.json"
  # shellcheck disable=SC2086 # Several flags are meant.
  watch 'fetching Node.js' npm install --no-save --no-package-lock --ignore-scripts $npm_quiet --prefix "$aside" "$package@$node_major_private" ||
    no_node "A private one cannot be fetched (npm says why above): connect to the network, or install it from https://nodejs.org."
  fetched=$aside/node_modules/$package
  is_new_enough "$("$fetched/bin/node" --version 2>/dev/null)" ||
    no_node "The private one does not run on this system ($(uname -sm)): install it from https://nodejs.org."
  rm -rf "$home/.orderscope/node"
  mv "$fetched" "$home/.orderscope/node"
  rm -rf "$aside"
  aside=
  node=$home/.orderscope/node/bin/node
  say "fetched Node.js $("$node" --version)"
}

# Runs npm under the chosen Node, which may have none of its own.
npm_by_node() {
  npm=$(command -v npm)
  while [ -L "$npm" ]; do
    npm_target=$(readlink "$npm")
    case $npm_target in
      /*) npm=$npm_target ;;
      *) npm=$(dirname "$npm")/$npm_target ;;
    esac
  done
  case $npm in
    *npm-cli.js) exec "$node" "$npm" "$@" ;;
    *) PATH=$(dirname "$node"):$PATH exec "$npm" "$@" ;;
  esac
}
