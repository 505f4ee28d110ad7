#!/bin/sh
# Installs the independent readers and clients of the tests: install.sh FOLDER. Called by Readers.targets.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
exec 9>install.lock
flock 9

if ! command -v npm >/dev/null; then
  echo "npm error npm is missing, and the readers come by it: apt-get install npm"
  exit 1
fi
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$here/read.mjs" "$here/ask.mjs" .
npm ci --ignore-scripts --prefer-offline
touch read.mjs
