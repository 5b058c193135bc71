#!/bin/sh
# Installs puffin-bench: downloads the archive for this host, checks its SHA-256, and puts the executable in place.
#
#   sh install.sh [VERSION]                  VERSION: 1.2.3; default: the newest
#
# Environment:
#   PUFFIN_BENCH_INSTALL     folder of the executable (default: ~/.local/bin)
#   PUFFIN_BENCH_RELEASES    where releases are (default: GitHub's)
set -eu
releases=${PUFFIN_BENCH_RELEASES:-https://github.com/puffinflow/puffinflow/releases}
folder=${PUFFIN_BENCH_INSTALL:-$HOME/.local/bin}

fail() {
  echo "install: $1" >&2
  exit 1
}

target() {
  case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "there is no build for $(uname -m) processors; build it from source: ./denow task compile" ;;
  esac
  case $(uname -s) in
    Linux) echo "$machine-unknown-linux-gnu" ;;
    Darwin) echo "$machine-apple-darwin" ;;
    *) fail "there is no build for $(uname -s); on Windows use install.ps1" ;;
  esac
}

download() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget --quiet --tries=3 --output-document="$2" "$1"
  else
    fail "neither curl nor wget is here"
  fi || fail "cannot download $1"
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1
}

if [ $# -gt 0 ]; then
  version=${1#v}
  case $version in
    *[!0-9A-Za-z.+-]* | "") fail "\"$1\" is not a version, such as 1.2.3" ;;
  esac
  from=$releases/download/v$version
else
  from=$releases/latest/download
fi

# A subshell cannot end the script by fail, so its status is looked at.
target=$(target) || exit 1
archive=puffin-bench-$target.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
download "$from/SHA256SUMS" "$work/SHA256SUMS"
want=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
[ -n "$want" ] || fail "$from/SHA256SUMS does not name $archive"
download "$from/$archive" "$work/$archive"
found=$(digest "$work/$archive")
[ "$found" = "$want" ] || fail "$archive has another SHA-256 ($found) than SHA256SUMS says ($want); nothing was installed"

tar -xzf "$work/$archive" -C "$work"
"$work/puffin-bench" --version >/dev/null || fail "the executable does not start on this host; nothing was installed"
mkdir -p "$folder"
# Within one file system mv is atomic: a running puffin-bench is not cut off, and no half of one is ever in place.
cp "$work/puffin-bench" "$folder/.puffin-bench.$$"
chmod 755 "$folder/.puffin-bench.$$"
mv -f "$folder/.puffin-bench.$$" "$folder/puffin-bench"
echo "$("$folder/puffin-bench" --version) is in $folder"
case :$PATH: in
  *":$folder:"*) ;;
  *) echo "$folder is not on your PATH: export PATH=\"$folder:\$PATH\"" ;;
esac
