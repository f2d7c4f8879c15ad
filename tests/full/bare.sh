#!/bin/bash
# needs: debootstrap
# Proves that a fresh clone sets itself up on a bare machine: only Debian's smallest root and git. In either order of the
# two commands; the second run of each has no network. What a machine's owner would configure (name servers, certificates,
# pip's settings) is copied from this machine; the product itself sets none of it.
#
# Usage: ./deploy.sh test --full bare [--suite SUITE] [--first test|demo] [--keep]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

SUITE=bookworm
ORDERS=(test demo)
KEEP=

while (($#)); do
    case $1 in
        --suite) SUITE=$2 && shift 2 ;;
        --first) ORDERS=("$2") && shift 2 ;;
        --keep) KEEP=yes && shift ;;
        *) echo "bare: unknown option $1" >&2 && exit 2 ;;
    esac
done
((EUID == 0)) || { echo "bare: a root is made with debootstrap, which needs root" >&2 && exit 2; }

BARE=$(pwd)/.cache/bare
BASE=$BARE/$SUITE
ROOT=

say() { printf '==> bare %s: %s\n' "$SUITE" "$*"; }

drop_root() {
    [[ -z $ROOT || -n $KEEP ]] || rm -rf --one-file-system "$ROOT"
}
trap drop_root EXIT

make_base() {
    [[ -d $BASE ]] && return
    say "making the smallest root with git"
    mkdir -p "$BARE"
    rm -rf --one-file-system "$BASE.part"
    debootstrap --variant=minbase --include=git "$SUITE" "$BASE.part" >"$BARE/$SUITE.log"
    mv "$BASE.part" "$BASE"
}

copy_if_there() {
    local file
    for file in "$@"; do
        [[ -e $file ]] || continue
        mkdir -p "$ROOT$(dirname "$file")"
        cp -L "$file" "$ROOT$file"
    done
}

make_root() {
    ROOT=$BARE/$SUITE-$1
    rm -rf --one-file-system "$ROOT"
    cp -a "$BASE" "$ROOT"
    copy_if_there /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/pip.conf \
        /root/.config/pip/pip.conf /root/.pip/pip.conf /usr/local/share/ca-certificates/*.crt
    git clone --quiet --no-local . "$ROOT/srv/kiosk"
}

# Runs deploy.sh in the root with nothing of this machine but its kernel. Arguments: "on" or "off" for the network.
run_inside() {
    local network=$1 isolate=(--mount --pid --fork)
    shift
    [[ $network == on ]] || isolate+=(--net)
    say "./deploy.sh $* with the network $network"
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare "${isolate[@]}" /bin/bash -euc '
        root=$1 network=$2
        shift 2
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/dev/shm"
        if [ "$network" = off ] && command -v ip >/dev/null; then ip link set lo up; fi
        exec env -i HOME=/root TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            chroot "$root" /srv/kiosk/deploy.sh "$@"
    ' bare "$ROOT" "$network" "$@" </dev/null
}

verb() {
    if [[ $1 == demo ]]; then echo demo --headless; else echo test; fi
}

make_base
for first in "${ORDERS[@]}"; do
    if [[ $first == test ]]; then second="demo"; else second="test"; fi
    make_root "$first"
    for network in on off; do
        for command in "$first" "$second"; do
            # shellcheck disable=SC2046  # two words for the demo
            run_inside "$network" $(verb "$command")
        done
    done
    [[ -x $ROOT/srv/kiosk/.venv/bin/kiosk ]] || { say "the kiosk command is missing" >&2 && exit 1; }
    drop_root
    say "passed, $first first"
done
