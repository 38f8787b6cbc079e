#!/bin/sh
# Sets the project up in .venv, with the system libraries it stands on. The argument is the file that says it is done.
set -eu
ready=$1

say()  { echo "setup: $*"; }
stop() { echo "setup: $*" >&2; exit 2; }
. "${0%/*}/debian.sh"

# Python 3.11 or later

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$name" >/dev/null && new_enough "$name"; then python=$name; break; fi
done
[ -n "$python" ] || stop "found no Python 3.11 or later, needed one; say where it is with  PYTHON=/path/to/python3 make setup"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# What the wheels do not bring: Cairo and Pango, what compiles against them, and what makes a .venv

compiles() { echo '#include <stdlib.h>' | cc -E -x c - >/dev/null 2>&1; }
has_libraries() { pkg-config --exists cairo pangocairo 2>/dev/null; }
has_headers() { "$python" -c 'import os, sysconfig; os.stat(os.path.join(sysconfig.get_path("include"), "Python.h"))' 2>/dev/null; }
has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

lacking() {
    compiles || echo build-essential
    command -v pkg-config >/dev/null || echo pkg-config
    has_libraries || echo libcairo2-dev libpango1.0-dev
    has_headers || echo "python$version-dev"
    has_venv || echo "python$version-venv"
}

missing=$(lacking | tr '\n' ' ')
if [ -n "$missing" ]; then
    if [ "$(uname)" = Darwin ]; then
        stop "Cairo, Pango or a compiler is missing. Type:  xcode-select --install; brew install cairo pango pkgconf python"
    elif command -v apt-get >/dev/null; then
        debian_install $missing || stop "apt-get could not install: $missing"
    elif command -v dnf >/dev/null; then
        stop "libraries are missing. Type:  sudo dnf install gcc pkgconf-pkg-config cairo-devel pango-devel python3-devel"
    elif command -v pacman >/dev/null; then
        stop "libraries are missing. Type:  sudo pacman -S --needed base-devel pkgconf cairo pango python"
    else
        stop "needed with your package manager: a C compiler, pkg-config, and the development files of Cairo, Pango and Python"
    fi
    missing=$(lacking | tr '\n' ' ')
    [ -z "$missing" ] || stop "still missing: $missing"
fi

# The virtual environment, pinned with hashes; then the project itself, editable

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "making .venv with Python $version"
    "$python" -m venv --clear .venv
fi
pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }
say "installing $(grep -c '^[a-z].*==' requirements.lock) pinned packages into .venv, a few minutes the first time"
pip install --require-hashes -r requirements.lock || stop "the packages could not be installed; the lines above say why"
pip install --no-deps --no-build-isolation --editable . || stop "the project could not be installed; the lines above say why"
touch "$ready"
say "done"
