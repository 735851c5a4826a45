#!/bin/sh
# Installs ONNX Runtime's native library, which float models need (assay model add --float). Nothing else of it is kept.
set -eu
version=1.30.0
what="ONNX Runtime $version"
override="name a library file with ASSAY_ONNXRUNTIME"
. "$(dirname "$0")/from-npm.sh"

processor=$(processor)
install_from_npm "onnxruntime-node@$version" \
    "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==" \
    "115 MB" "onnxruntime/$version/$processor" libonnxruntime.so.1 "package/bin/napi-v6/linux/$processor/libonnxruntime.so.1"
