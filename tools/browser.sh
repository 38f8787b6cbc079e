#!/bin/sh
# Finds a Chromium for the tests of pages, or installs one where apt-get can. The argument is the file that says where it is.
set -eu
found=$1

say()  { echo "setup: $*"; }
stop() { say "$*; the tests of pages are left out"; exit 0; }
. "${0%/*}/debian.sh"

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if ! browser >/dev/null && command -v apt-get >/dev/null; then
    debian_install chromium || say "apt-get could not install chromium"
fi
browser > "$found" || { : > "$found"; stop "found no chromium or google-chrome, needed one"; }
