#!/bin/sh
# Installs the optional oracles: implementations that aren't ours, which some tests compare with.
# Nothing of the product needs them; tests without their oracle are skipped and say so, unless
# ASSAY_REQUIRE_ORACLES=1. Says plainly what it can't install, and exits with 1 then.
set -u
cd "$(dirname "$0")/.." || exit 1
missing=0

lacks() {
    echo "NOT INSTALLED: $1" >&2
    missing=1
}

has() { command -v "$1" >/dev/null 2>&1; }

# As root, or through sudo where that asks no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif has sudo; then sudo -n "$@"; else return 1; fi
}

# Node packages, pinned by package-lock.json. Install scripts stay off: none is needed.
npm_packages() {
    folder=$1
    packages=$2
    if ! has node || ! has npm; then
        lacks "$packages: Node 20 or later with npm isn't on the path"
    elif (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
        echo "installed: $packages ($folder/node_modules)"
    else
        lacks "$packages: npm ci failed in $folder"
    fi
}

npm_packages tests/interop/node "cborg, @auth0/cose"
npm_packages bench/peers "onnxruntime-node (290 MB)"

# Go and golang.org/x/mod as Debian packages them: the versions are the distribution's.
sumdb=/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog
if has go && [ -d "$sumdb" ]; then
    echo "found: $(go version), golang.org/x/mod in /usr/share/gocode"
elif ! has apt-get; then
    lacks "Go with golang.org/x/mod in /usr/share/gocode: this isn't Debian (no apt-get)"
elif as_root apt-get install -y --no-install-recommends golang-go golang-golang-x-mod-dev >/dev/null \
    && has go && [ -d "$sumdb" ]; then
    echo "installed: golang-go, golang-golang-x-mod-dev"
else
    lacks "golang-go, golang-golang-x-mod-dev: apt-get install needs root and an up-to-date package list (apt-get update)"
fi

exit "$missing"
