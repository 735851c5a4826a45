#!/bin/sh
# Installs anvil, a local EVM chain for tests and for ./assay demo --pay. Nothing of the product needs it otherwise.
# The npm package is pinned by version and by digest; no install script of it is run. Says plainly what it can't do, and
# exits with 1 then.
set -eu
version=1.7.1
package="@foundry-rs/anvil-linux-amd64@$version"
integrity="sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg=="

fail() {
    echo "NOT INSTALLED: anvil $version: $1" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || fail "this script knows Linux only; name a program with ASSAY_ANVIL"
case "$(uname -m)" in
    x86_64 | amd64) ;;
    *) fail "no package for $(uname -m) is pinned; name a program with ASSAY_ANVIL" ;;
esac

# As the program looks for it: XDG_DATA_HOME, else ~/.local/share.
folder="${XDG_DATA_HOME:-$HOME/.local/share}/assay/anvil/$version"
program="$folder/anvil"
if [ -x "$program" ]; then
    echo "found: $program"
    exit 0
fi

for tool in npm openssl tar; do
    command -v "$tool" >/dev/null 2>&1 || fail "$tool isn't on the path"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack "$package" --ignore-scripts --silent >/dev/null) || fail "npm can't fetch $package (about 20 MB)"
archive="$work/foundry-rs-anvil-linux-amd64-$version.tgz"
[ -f "$archive" ] || fail "npm didn't write $package"
found="sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)"
[ "$found" = "$integrity" ] || fail "the package has the digest $found, not the pinned one"
tar -xzf "$archive" -C "$work" package/bin/anvil || fail "the package has no bin/anvil"
mkdir -p "$folder"
cp "$work/package/bin/anvil" "$program.new"
chmod 755 "$program.new"
mv "$program.new" "$program"
echo "installed: $program"
