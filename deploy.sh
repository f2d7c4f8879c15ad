#!/bin/bash
# Sets the kiosk up in this folder and runs it. `./deploy.sh` alone says what it can do.
#
# Rule kept: what is there already is left alone, and a stamp is written only after the step that it stands for. So an
# interrupted run is simply started again, and a second run needs no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly PYTHON=/usr/bin/python3
readonly VENV=.venv
readonly WHEELS=.cache/wheels
readonly STAMPS=$VENV/share/kiosk
readonly UNFINISHED=$STAMPS/unfinished

# Python with what builds evdev; a Chinese font; a screen that needs no hardware; what Kivy's own SDL opens at run time.
readonly SYSTEM_PACKAGES=(
    python3 python3-venv python3-dev gcc libc6-dev
    fonts-noto-cjk
    xvfb xauth
    libgl1 libgl1-mesa-dri libegl1 libgles2
    libx11-6 libx11-xcb1 libxcursor1 libxext6 libxfixes3 libxi6 libxrandr2 libxrender1 libxss1
    libudev1 libdbus-1-3
)
# The tests count disk flushes with strace; shellcheck reads the shell scripts.
readonly TEST_PACKAGES=(shellcheck strace)

say() { printf '==> %s\n' "$*"; }

fail() {
    printf 'deploy.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

usage() {
    cat <<'TEXT'
Usage: ./deploy.sh COMMAND

  demo [OPTION...]            set up what is missing, then run the kiosk with the example school.
                              The options go to `kiosk demo`; --headless needs no display.
  test [PYTEST-OPTION...]     set up what is missing, then run every check.
  test --full PART [...]      run one long check instead: the files in tests/full/.

Works on Debian 12, Debian 13 and Ubuntu 24.04, as root or as a user with sudo. Everything but the system packages stays
in this folder. The second run needs no network.
TEXT
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "there is no sudo; run ./deploy.sh once as root"
    fi
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

install_system_packages() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        say "System packages: all there."
        return
    fi
    command -v apt-get >/dev/null || fail "this system has no apt-get; install by hand: ${missing[*]}"
    say "System packages: installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"
}

# `sudo ./deploy.sh` in somebody's folder: root is needed for the packages only, the rest belongs to that person.
return_to_owner() {
    ((EUID == 0)) && [[ -n ${SUDO_USER:-} && $SUDO_USER != root ]] || return 0
    [[ $(stat -c %U .) == "$SUDO_USER" ]] || return 0
    say "Going on as $SUDO_USER, who owns this folder."
    exec runuser -u "$SUDO_USER" -- env -u SUDO_USER HOME="$(getent passwd "$SUDO_USER" | cut -d: -f6)" \
        /bin/bash ./deploy.sh "$@"
}

python_is_supported() {
    "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'
}

# The text of a stamp: what was asked for, for which Python.
stamp_of() {
    { "$PYTHON" -VV && cat "$@"; } | sha256sum | cut -d' ' -f1
}

is_stamped() {
    [[ -f $STAMPS/$1.stamp && $(<"$STAMPS/$1.stamp") == "$2" ]]
}

write_stamp() {
    printf '%s\n' "$2" >"$STAMPS/$1.stamp.part"
    sync "$STAMPS/$1.stamp.part"
    mv "$STAMPS/$1.stamp.part" "$STAMPS/$1.stamp"
}

pip() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$VENV/bin/python" -m pip --quiet "$@"
}

make_venv() {
    local stamp
    stamp=$(stamp_of requirements/build.lock)
    is_stamped venv "$stamp" && [[ ! -e $UNFINISHED ]] && "$VENV/bin/python" -c '' && return
    say "Python: making $VENV with $("$PYTHON" --version)."
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV"
    mkdir -p "$STAMPS"
    pip install --require-hashes -r requirements/build.lock
    write_stamp venv "$stamp"
}

# evdev is published as source only: it is built here once, and its wheel is kept for every later .venv.
build_wheels() {
    local kept stamp
    stamp=$(stamp_of requirements/source.lock requirements/build.lock)
    kept=$WHEELS/$stamp
    [[ -d $kept ]] && return
    say "Python: building evdev, which is published as source only."
    rm -rf "$kept.part"
    mkdir -p "$kept.part"
    pip wheel --require-hashes --no-deps --no-build-isolation --wheel-dir "$kept.part" -r requirements/source.lock
    sync "$kept.part"/*
    mv "$kept.part" "$kept"
}

# Arguments: the name of a lock in requirements/.
install_python_packages() {
    local lock=requirements/$1.lock kept stamp
    stamp=$(stamp_of "$lock" requirements/source.lock requirements/build.lock)
    if is_stamped "$1" "$stamp"; then
        say "Python packages: as locked."
        return
    fi
    say "Python packages: installing $lock, each checked against its hash."
    build_wheels
    kept=$WHEELS/$(stamp_of requirements/source.lock requirements/build.lock)
    # pip takes a package that it was killed over for whole, so such a .venv is made anew.
    touch "$UNFINISHED"
    pip install --require-hashes --only-binary :all: -r "$lock"
    pip install --no-index --no-deps --force-reinstall "$kept"/*.whl
    write_stamp "$1" "$stamp"
    rm "$UNFINISHED"
}

install_kiosk() {
    local stamp
    stamp=$(stamp_of pyproject.toml <(pwd))
    is_stamped kiosk "$stamp" && [[ -x $VENV/bin/kiosk ]] && return
    say "Kiosk: putting the command in $VENV/bin/kiosk."
    pip install --no-index --no-deps --no-build-isolation --editable .
    write_stamp kiosk "$stamp"
}

# A Noto CJK collection opens with Japanese shapes; the kiosk wants the Simplified Chinese face of it as a file of its own.
extract_fonts() {
    [[ -f kiosk/screens/fonts.py ]] || return 0
    "$VENV/bin/python" -m kiosk.screens.fonts extract
}

# One at a time in this folder. Arguments: the lock to install, then further system packages.
set_up() {
    local lock=$1
    shift
    install_system_packages "${SYSTEM_PACKAGES[@]}" "$@"
    return_to_owner "${COMMAND[@]}"
    python_is_supported || fail "$PYTHON is $("$PYTHON" --version); Python 3.11, 3.12 or 3.13 is needed"
    mkdir -p .cache
    exec {LOCK}>.cache/set-up.lock
    flock "$LOCK"
    make_venv
    install_python_packages "$lock"
    install_kiosk
    extract_fonts
    exec {LOCK}>&-
}

run_demo() {
    set_up runtime
    say "Kiosk: starting the demo."
    exec "$VENV/bin/kiosk" demo "$@"
}

# Runs one check and notes how it went; the checks after it still run.
check() {
    local name=$1
    shift
    say "Check: $name"
    if "$@"; then
        RESULTS+=("passed  $name")
    else
        RESULTS+=("FAILED  $name")
        FAILED=1
    fi
}

run_checks() {
    RESULTS=()
    FAILED=0
    set_up test "${TEST_PACKAGES[@]}"
    check "style (ruff check)" "$VENV/bin/ruff" check .
    check "layout of the code (ruff format)" "$VENV/bin/ruff" format --check .
    check "types (mypy --strict)" "$VENV/bin/mypy" --strict
    check "layers and purity (import-linter)" "$VENV/bin/lint-imports"
    check "shell scripts (shellcheck)" shellcheck deploy.sh .ci/run tests/full/*.sh
    check "tests (pytest)" "$VENV/bin/python" -m pytest "$@"
    say "Result"
    printf '    %s\n' "${RESULTS[@]}"
    return "$FAILED"
}

list_full_parts() {
    local file
    for file in tests/full/*.sh tests/full/*.py; do
        [[ -e $file && $file != */__init__.py ]] && basename "${file%.*}"
    done | sort -u
}

# A part says in lines of its own what more it needs: "# needs: PACKAGE..." of the system, "# lock: NAME" in requirements/.
run_full_part() {
    local part=${1:-} file lock needs=()
    for file in "tests/full/$part.sh" "tests/full/$part.py"; do
        [[ $part =~ ^[a-z0-9_]+$ && -f $file ]] && break
        file=
    done
    if [[ -z $file ]]; then
        fail "test --full needs one of these parts: $(list_full_parts | paste -sd' ')" 2
    fi
    shift
    read -r -a needs < <(sed -n 's/^# needs: //p' "$file") || needs=()
    set_up test "${TEST_PACKAGES[@]}" "${needs[@]}"
    lock=$(sed -n 's/^# lock: //p' "$file")
    [[ -z $lock ]] || install_python_packages "$lock"
    say "Long check: $part"
    case $file in
        *.sh) exec /bin/bash "$file" "$@" ;;
        *.py) exec "$VENV/bin/python" "$file" "$@" ;;
    esac
}

main() {
    COMMAND=("$@")
    case ${1:-} in
        demo)
            run_demo "${@:2}"
            ;;
        test)
            if [[ ${2:-} == --full ]]; then
                run_full_part "${@:3}"
            else
                run_checks "${@:2}"
            fi
            ;;
        -h | --help | help)
            usage
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
}

main "$@"
