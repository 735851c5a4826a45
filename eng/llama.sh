#!/bin/sh
# Installs llama.cpp's native libraries, which local language models need (docs/chat.md), for this user. Nothing else of
# the package is kept.
set -eu
version=3.22.1
what="llama.cpp (npm package @node-llama-cpp $version)"
override="name a library file with ASSAY_LLAMA_CPP"
. "$(dirname "$0")/from-npm.sh"

processor=$(processor)
inside="package/bins/linux-$processor"
backends="x64 sse42 sandybridge ivybridge piledriver haswell skylakex cannonlake cascadelake cooperlake icelake zen4 alderlake sapphirerapids"
integrity="sha512-5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg=="
[ "$processor" = x64 ] || fail "no package for $(uname -m) is pinned; $override"
set -- "$inside/libggml-base.so" "$inside/libggml.v0.5.0.so" "$inside/libllama.v0.5.0.so"
for backend in $backends; do
    set -- "$@" "$inside/libggml-cpu-$backend.so"
done

install_from_npm "@node-llama-cpp/linux-$processor@$version" "$integrity" "11 MB" "llama.cpp/$version/$processor" libllama.v0.5.0.so "$@"
