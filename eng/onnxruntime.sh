#!/bin/sh
# Installs ONNX Runtime's native library, which float models need (assay model add --float). Nothing else of it is kept.
# The npm package is pinned by version and by digest; no install script of it is run. Says plainly what it can't do, and
# exits with 1 then.
set -eu
version=1.30.0
package="onnxruntime-node@$version"
integrity="sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw=="

fail() {
    echo "NOT INSTALLED: ONNX Runtime $version: $1" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || fail "this script knows Linux only; name a library file with ASSAY_ONNXRUNTIME"
case "$(uname -m)" in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) fail "there is no build for $(uname -m); name a library file with ASSAY_ONNXRUNTIME" ;;
esac

# As the program looks for it: XDG_DATA_HOME, else ~/.local/share.
folder="${XDG_DATA_HOME:-$HOME/.local/share}/assay/onnxruntime/$version/$processor"
library="$folder/libonnxruntime.so.1"
if [ -f "$library" ]; then
    echo "found: $library"
    exit 0
fi

for tool in npm openssl tar; do
    command -v "$tool" >/dev/null 2>&1 || fail "$tool isn't on the path"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack "$package" --ignore-scripts --silent >/dev/null) || fail "npm can't fetch $package (about 115 MB)"
archive="$work/onnxruntime-node-$version.tgz"
[ -f "$archive" ] || fail "npm didn't write $package"
found="sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)"
[ "$found" = "$integrity" ] || fail "the package has the digest $found, not the pinned one"
inside="package/bin/napi-v6/linux/$processor/libonnxruntime.so.1"
tar -xzf "$archive" -C "$work" "$inside" || fail "the package has no $inside"
mkdir -p "$folder"
cp "$work/$inside" "$library.new"
mv "$library.new" "$library"
echo "installed: $library"
