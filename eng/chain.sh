#!/bin/sh
# Installs anvil, a local EVM chain for tests and for ./assay demo --pay. Nothing of the product needs it otherwise.
set -eu
version=1.7.1
what="anvil $version"
override="name a program with ASSAY_ANVIL"
. "$(dirname "$0")/from-npm.sh"

[ "$(processor)" = x64 ] || fail "no package for $(uname -m) is pinned; $override"
install_from_npm "@foundry-rs/anvil-linux-amd64@$version" \
    "sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==" \
    "20 MB" "anvil/$version" anvil package/bin/anvil
chmod 755 "$folder/anvil"
