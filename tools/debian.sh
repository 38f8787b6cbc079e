# How Debian and its like install packages. To be read in by a script that has `say` and `stop`.

# debian_install PACKAGE...: fails where apt-get does; ends the script where only root may install, and says what to type
debian_install() {
    as_root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || stop "as root, type:  apt-get update && apt-get install $*"
        as_root=sudo
    fi
    say "installing with ${as_root:+sudo }apt-get: $*"
    $as_root apt-get update -qq >/dev/null
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
