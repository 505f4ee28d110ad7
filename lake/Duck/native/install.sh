#!/bin/sh
# Installs the libduckdb.so of one architecture: install.sh FOLDER CPU, where CPU is x64 or arm64. Called by DuckNative.targets.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
library="node_modules/@duckdb/node-bindings-linux-$2/libduckdb.so"
mkdir -p "$1"
cd "$1"

# One build may come here twice at once, with and without a runtime identifier.
exec 9>install.lock
flock 9

if ! command -v npm >/dev/null; then
  echo "npm error npm is missing, and libduckdb.so comes by it: apt-get install npm"
  exit 1
fi
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" .
npm ci --ignore-scripts --prefer-offline --os=linux --cpu="$2" --libc=glibc

# A package that could not be fetched is no error to npm, being optional as the other architecture's is.
if [ ! -f "$library" ]; then
  echo "npm error npm brought no $library: is the registry within reach? The log is in ~/.npm/_logs"
  exit 1
fi
touch "$library"
