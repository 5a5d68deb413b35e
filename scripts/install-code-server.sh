#!/usr/bin/env bash
# Puts a real VS Code (code-server) and the Node 24 it wants into a cache folder, for the end-to-end tests. Safe to run again.
set -euo pipefail
version=4.139.1
node_version=24
root="${ESPALIER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/espalier}/code-server-$version"
if [ ! -f "$root/.complete" ]; then
  # Both come from the npm registry; code-server's own native modules are compiled against Node 24.
  rm -rf "$root" && mkdir -p "$root" && cd "$root"
  echo '{"private":true}' > package.json
  npm install --no-audit --no-fund --ignore-scripts=false "node@$node_version" >&2
  PATH="$root/node_modules/.bin:$PATH" npm install --no-audit --no-fund --ignore-scripts=false "code-server@$version" >&2
  touch .complete
fi
echo "$root"
