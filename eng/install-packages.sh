#!/usr/bin/env bash
# Installs what is missing from Debian or Ubuntu, and nothing when nothing is.
#   install-packages.sh build    what every build needs: npm for the native DuckDB
#   install-packages.sh capture  compiler and headers of the kernel half, network namespaces and address translation for the demo's scenario
#   install-packages.sh bench    bulk traffic that nobody here wrote, and a look at the kernel's programs
#   install-packages.sh test     the real S3 server the tests talk to, a look at the kernel's programs, Prometheus' own check of metrics, kubectl
# Capture needs root anyway: where only its parts are missing and nobody is root, that is said, and the build goes on without it.
# A part counts as there when its file or command is there, however it came: then neither root nor apt is asked for.
set -euo pipefail

# One line a part: set, package, and the command or file that shows it is there. Where a file follows the package's name, that file alone is taken
# out of it, into /usr/local/bin: the whole of prometheus would start a server.
parts='
build git             git
build make            make
build nodejs          node
build npm             npm
capture clang         clang
capture libbpf-dev    /usr/include/bpf/bpf_helpers.h
capture libbpf-dev    /usr/include/linux/bpf.h
capture iproute2      ip
capture nftables      nft
bench iperf3          iperf3
bench bpftool         bpftool
test  bpftool         bpftool
test  curl            curl
test  radosgw         radosgw
test  radosgw         radosgw-admin
test  ceph-mon        ceph-mon
test  ceph-mon        monmaptool
test  ceph-osd        ceph-osd
test  ceph-common     ceph
test  ceph-common     ceph-authtool
test  prometheus:/usr/bin/promtool promtool
test  kubernetes-client:/usr/bin/kubectl kubectl
'

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
[ $# -gt 0 ] || usage
for set in "$@"; do grep -q "^$set " <<<"$parts" || usage; done

is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    # Debian keeps some of these in sbin, which a user's PATH leaves out.
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
  esac
}

missing=()
while read -r set package sign; do
  [ -n "$set" ] || continue
  [[ " $* " == *" $set "* ]] || continue
  is_there "$sign" || missing+=("$package")
done <<<"$parts"

# The SDK comes from Microsoft's feed or the distribution's; which one is the machine owner's choice.
if ! is_there dotnet; then
  echo "install-packages: no .NET SDK found. Install the SDK that global.json names: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  exit 1
fi

[ ${#missing[@]} -gt 0 ] || exit 0
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

if [ "$(id -u)" != 0 ] && [ "$*" = capture ]; then
  echo "not root, and ${missing[*]} missing: building without capture"
  exit 0
fi
if ! is_there apt-get; then
  echo "install-packages: missing: ${missing[*]} (Debian's names). This is no Debian or Ubuntu: install their like, then run again." >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "install-packages: missing: ${missing[*]}. Not root; run: sudo $0 $*" >&2
  exit 1
fi

echo "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
whole=() single=()
for part in "${missing[@]}"; do
  case $part in
    *:/*) single+=("$part") ;;
    *) whole+=("$part") ;;
  esac
done
# The file PACKAGE:FILE, out of a package that is not installed.
take() (
  folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder" || exit
  apt-get download -qq "${1%%:*}" && dpkg-deb --extract ./*.deb tree && mkdir -p /usr/local/bin && cp "tree${1#*:}" /usr/local/bin/
)
install() {
  { [ ${#whole[@]} = 0 ] || apt-get install -y -qq -o DPkg::Lock::Timeout=120 --no-install-recommends "${whole[@]}"; } >>"$log" 2>&1 || return
  local part
  for part in "${single[@]}"; do take "$part" >>"$log" 2>&1 || return; done
}
# The package lists of a fresh machine are empty or stale: read them only when the first try needs it.
if ! install; then
  apt-get update -qq >>"$log" 2>&1 || true
  if ! install; then
    cat "$log" >&2
    echo "install-packages: apt-get could not install ${missing[*]}; its words are above." >&2
    exit 1
  fi
fi
