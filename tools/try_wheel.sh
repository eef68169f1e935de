#!/bin/sh
# Build the wheel, install it into an empty environment outside the checkout, and use it there as an
# office would: init, a crawl of a site on loopback, the weekly report.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$place"' EXIT INT TERM

cd "$here"
rm -rf build
.venv/bin/python -m build --wheel --no-isolation --outdir "$place/dist" . >"$place/build.log" 2>&1 \
    || { cat "$place/build.log"; exit 1; }
"$here/.venv/bin/python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$place"/dist/*.whl

mkdir "$place/office" "$place/site"
cp tests/fixtures/wheel/*.html "$place/site"
.venv/bin/python -u tools/serve.py "$place/site" >"$place/port" &
server=$!
tries=0
until [ -s "$place/port" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "the test server did not start"; exit 1; }
    sleep 0.1
done

cd "$place/office"
PATH="$place/venv/bin:$PATH"
unset PYTHONPATH GOVCRAWL_CONFIG
govcrawl init
cat >>govcrawl.toml <<TOML

[crawl.resolve]
"www.example.gov.cn:80" = "127.0.0.1:$(cat "$place/port")"
TOML
scrapy crawl site -a url=http://www.example.gov.cn/ -O findings.json
python - <<'PYTHON'
import json
findings = json.load(open("findings.json", encoding="utf-8"))
rules = {finding["rule"] for finding in findings}
assert "link-broken" in rules, f"the planted dead link was not found; found: {sorted(rules)}"
PYTHON
govcrawl report weekly --week "$(date +%G-W%V)" --json
echo "wheel: init, crawl and report work from an empty environment"
