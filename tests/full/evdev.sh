#!/bin/bash
# needs: qemu-system-x86 busybox-static cpio
# Proves the keyboard driver on a real kernel. A small machine in QEMU boots Debian's stock kernel with this system as its
# read-only root; in it the kernel's own USB gadget is a scanner, and the real driver reads it (tests/full/evdev/guest.py).
# Needs no root and no /dev/kvm. The kernel package is fetched once into .cache/evdev.
#
# Usage: ./deploy.sh test --full evdev
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly CACHE=$PWD/.cache/evdev
readonly KERNEL=$CACHE/kernel
readonly LIMIT_S=${EVDEV_LIMIT_S:-600}
readonly BOOT_MODULES=(virtio_pci 9pnet_virtio 9p)
readonly GUEST_MODULES=(dummy_hcd libcomposite usb_f_hid usb_f_acm usbhid hid_generic evdev cdc_acm)

say() { printf '==> evdev: %s\n' "$*"; }

fail() {
    printf 'evdev: %s\n' "$1" >&2
    exit "${2:-1}"
}

# Debian's newest stock kernel of this release, unpacked and not installed.
fetch_kernel() {
    [[ -d $KERNEL ]] && return
    local package work=$CACHE/kernel.part
    package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/ Depends: linux-image-/ { print $2; exit }')
    [[ -n $package ]] || fail "apt knows no linux-image-amd64; this check needs a Debian system" 2
    rm -rf "$work"
    mkdir -p "$work"
    if ! compgen -G "$CACHE/${package}_*.deb" >/dev/null; then
        say "fetching $package, about 70 MB"
        (cd "$CACHE" && apt-get download -q "$package")
    fi
    say "unpacking $package"
    dpkg-deb --fsys-tarfile "$CACHE/$package"_*.deb | tar -x -C "$work" ./boot ./lib/modules
    busybox depmod -b "$work" "$(basename "$work"/lib/modules/*)"
    sync "$work"
    mv "$work" "$KERNEL"
    rm -f "$CACHE/$package"_*.deb
}

# The modules with all that they need, as paths below the kernel's folder, the needed ones first.
modules_in_order() {
    awk -v wanted="$*" '
        { sub(":", "", $1); name = $1; sub(".*/", "", name); sub("[.]ko.*", "", name); gsub("-", "_", name)
          path[name] = $1; needs[name] = ""
          for (at = NF; at > 1; at--) needs[name] = needs[name] " " $at }
        END { count = split(wanted, names, " ")
              for (at = 1; at <= count; at++) {
                  more = split(needs[names[at]] " " path[names[at]], files, " ")
                  for (each = 1; each <= more; each++) if (!seen[files[each]]++) print files[each] } }
    ' "$KERNEL"/lib/modules/*/modules.dep
}

make_initramfs() {
    local root=$CACHE/initramfs release module
    release=$(basename "$KERNEL"/lib/modules/*)
    rm -rf "$root"
    mkdir -p "$root"/{bin,proc,sys,dev,host,modules}
    cp "$(command -v busybox)" "$root/bin/busybox"
    while read -r module; do
        cp "$KERNEL/lib/modules/$release/$module" "$root/modules/"
        echo "insmod /modules/$(basename "$module")"
    done < <(modules_in_order "${BOOT_MODULES[@]}") >"$root/boot.sh"
    while read -r module; do
        echo "insmod /host$KERNEL/lib/modules/$release/$module"
    done < <(modules_in_order "${GUEST_MODULES[@]}") >"$root/guest.sh"
    cat >"$root/init" <<INIT
#!/bin/busybox sh
/bin/busybox --install /bin
export PATH=/bin:/usr/bin:/sbin:/usr/sbin HOME=/run TMPDIR=/run PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
. /boot.sh
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 system /host
. /guest.sh
for kind in proc sysfs devtmpfs; do
    folder=/host/\$(echo \$kind | sed 's/sysfs/sys/; s/devtmpfs/dev/')
    mount -t \$kind none \$folder
done
mount -t configfs none /host/sys/kernel/config
mount -t tmpfs none /host/run
cd /
chroot /host /bin/sh -c 'cd "$PWD" && exec .venv/bin/python -m tests.full.evdev.guest'
echo "evdev: the guest ended with \$?"
poweroff -f
INIT
    chmod +x "$root/init"
    (cd "$root" && find . | cpio --quiet -o -H newc) >"$CACHE/initramfs.cpio"
}

run_guest() {
    local log=$CACHE/guest.log
    say "starting the machine, at most $LIMIT_S s; its console goes to .cache/evdev/guest.log"
    timeout --kill-after=10 "$LIMIT_S" qemu-system-x86_64 \
        -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nographic -no-reboot -nic none \
        -kernel "$KERNEL"/boot/vmlinuz-* -initrd "$CACHE/initramfs.cpio" \
        -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on" \
        -virtfs local,path=/,mount_tag=system,security_model=none,readonly=on,multidevs=remap \
        </dev/null 2>&1 | tr -d '\r' | tee "$log" | grep --line-buffered '^evdev:' || true
    grep -q '^evdev: the guest ended with 0$' "$log" || {
        tail -n 40 "$log" >&2
        fail "the guest did not end well, or not within $LIMIT_S s"
    }
}

[[ $(uname -m) == x86_64 ]] || fail "this check needs an x86-64 machine" 2
mkdir -p "$CACHE"
fetch_kernel
make_initramfs
run_guest
say "passed"
