#!/bin/sh
# Make .venv with everything pinned, and a browser where this machine may have one. Asks nothing.
set -eu
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf 'setup: %s\n' "$*"; }
is_root() { [ "$(id -u)" = 0 ]; }
can_apt() { is_root && command -v apt-get >/dev/null 2>&1; }
apt_install() { { apt-get update && apt-get install -y --no-install-recommends "$@"; } >.venv-apt.log 2>&1; }

find_python() {
    for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    return 1
}

python=$(find_python) || { say "Python 3.11 or newer is needed (set PYTHON=/path/to/it)"; exit 1; }
wanted=$(cat requirements/dev.txt pyproject.toml tools/setup.sh | cksum)

if [ ! -x .venv/bin/python ] || [ "$(cat .venv/installed 2>/dev/null || true)" != "$wanted" ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if can_apt; then
            say "installing python$version-venv from Debian's packages"
            apt_install "python$version-venv" || { say "apt-get failed, see .venv-apt.log"; exit 1; }
        else
            say "this Python can't make environments; please install python$version-venv"
            exit 1
        fi
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    say "installing the pinned packages into .venv"
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements/dev.txt
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
    printf '%s' "$wanted" >.venv/installed
fi

if ! .venv/bin/python -c 'import sys; from govcrawl.net.installed import find_browser; sys.exit(find_browser() is None)'; then
    if can_apt && apt_install chromium fonts-noto-cjk; then
        say "installed chromium from Debian's packages"
    else
        say "no browser (chromium, google-chrome): what needs one is left out and said so"
    fi
fi
rm -f .venv-apt.log
