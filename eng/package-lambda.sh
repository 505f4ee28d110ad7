#!/usr/bin/env bash
# Makes artifacts/lambda: the ingest function with its own runtime and engine, started by AWS Lambda (provided.al2023) as `bootstrap`.
# It is built for x86-64, the processor whose runtime packs every feed carries. The deployment reads the processor from the program itself, so a
# folder made elsewhere for arm64 is deployed as arm64.
set -euo pipefail
cd "$(dirname "$0")/.."
target=artifacts/lambda
bytes_max=$((250 << 20)) # AWS Lambda's limit for a function, unpacked

echo "packaging $target"
rm -rf "$target" "$target.new"
dotnet restore ingest-lambda --verbosity quiet --nologo -tl:off
dotnet publish ingest-lambda --no-restore -c Release --runtime linux-x64 --self-contained -p:DebugType=none -o "$target.new" --verbosity quiet --nologo -tl:off

mv "$target.new/FlowLake.Ingest" "$target.new/bootstrap"
# AWS Lambda runs it as another user than the one who packed it.
chmod -R a+rX "$target.new"
[ -f "$target.new/libduckdb.so" ] || { echo "package-lambda: $target.new has no libduckdb.so; see lake/Duck/native/DuckNative.targets" >&2; exit 1; }
bytes=$(du -sb "$target.new" | cut -f 1)
[ "$bytes" -le "$bytes_max" ] || { echo "package-lambda: $((bytes >> 20)) MB; AWS Lambda takes $((bytes_max >> 20)). See what is new in $target.new" >&2; exit 1; }
# The folder appears whole or not at all.
mv "$target.new" "$target"
echo "$target: $((bytes >> 20)) MB"
