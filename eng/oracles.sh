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

npm_packages tests/interop/node "cborg, @auth0/cose, @hpke/core, bhttp-js"
npm_packages tests/interop/openai "OpenAI's official client (35 MB)"
npm_packages tests/interop/x402 "x402's official packages (150 MB)"
npm_packages contracts "solc"
# The client of x402's version 1 brings 472 MB; only deep runs use it.
[ "${ASSAY_DEEP:-}" != 1 ] || npm_packages tests/interop/x402-v1 "x402-fetch 1.2.0 (472 MB)"
npm_packages bench/peers "onnxruntime-node (290 MB)"
eng/onnxruntime.sh || missing=1
eng/llama.sh || missing=1
eng/chain.sh || missing=1

# Debian packages: their versions are the distribution's.
debian() {
    file=$1
    packages=$2
    if [ -e "$file" ]; then
        echo "found: $packages"
    elif ! has apt-get; then
        lacks "$packages: this isn't Debian (no apt-get)"
    else
        as_root apt-get update >/dev/null 2>&1
        # Unquoted on purpose: several packages.
        # shellcheck disable=SC2086
        if as_root apt-get install -y --no-install-recommends $packages >/dev/null && [ -e "$file" ]; then
            echo "installed: $packages"
        else
            lacks "$packages: apt-get install failed; it needs root and a package list that has them"
        fi
    fi
}

debian /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog "golang-go golang-golang-x-mod-dev"
debian /usr/share/libonnx-testdata/data libonnx-testdata
debian "/usr/lib/$(uname -m)-linux-gnu/libsecp256k1.so.1" libsecp256k1-1
debian /usr/bin/chromium chromium
has go || lacks "golang-go: go isn't on the path"

# Not oracles, but what some tests exercise: JPEG pictures.
sh eng/media.sh || missing=1

exit "$missing"
