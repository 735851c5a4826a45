#!/bin/sh
# Installs libjpeg-turbo (its TurboJPEG library), which 'assay infer' decodes JPEG pictures with.
# Nothing else needs it: PNG, BMP, PPM, CSV, WAV and .npy are read without any library.
# Says plainly what it can't install, and exits with 1 then.
set -u
# Where Debian has ldconfig, also for those who aren't root.
PATH="$PATH:/usr/sbin:/sbin"

found() { ldconfig -p 2>/dev/null | grep -q 'libturbojpeg\.so\.0'; }

# As root, or through sudo where that asks no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo -n "$@"; else return 1; fi
}

if found; then
    echo "found: libturbojpeg"
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    as_root apt-get update >/dev/null 2>&1
    # Debian's name, then Ubuntu's.
    for package in libturbojpeg0 libturbojpeg; do
        if as_root apt-get install -y --no-install-recommends "$package" >/dev/null 2>&1 && found; then
            echo "installed: $package"
            exit 0
        fi
    done
    echo "NOT INSTALLED: libturbojpeg0: apt-get install failed; it needs root and a package list that has it" >&2
else
    echo "NOT INSTALLED: libturbojpeg: this isn't Debian or Ubuntu (no apt-get); install libjpeg-turbo 2.1 or later with its TurboJPEG library (Fedora: turbojpeg, macOS: brew install jpeg-turbo)" >&2
fi
echo "Without it JPEG pictures aren't read; convert them to PNG." >&2
exit 1
