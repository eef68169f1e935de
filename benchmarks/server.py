"""Serves the measured site from another process: by nginx, else by Python's own server (`plain_server`).

Answers carry `ETag` and `Last-Modified` and obey conditional requests. `LinkChecker: 1` is sent to everybody:
with it linkchecker asks without its pauses. Every request is written to a log, so that what a tool really
asked can be counted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.site import SLOW

SLOW_RATE = 15
"""Kilobytes a second at which slow pages are sent: about a second for a page."""

_TRIES = 3
_PATIENCE = 15.0
_NGINX = """\
{user}worker_processes 1;
daemon off;
pid {work}/nginx.pid;
error_log {work}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; text/css css; application/javascript js; image/png png; }}
  charset utf-8;
  log_format asked '$status $request_method $uri "$http_if_none_match" "$http_if_modified_since"';
  access_log {work}/access.log asked;
  client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
  keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    {ipv6}
    root {root};
    add_header LinkChecker 1 always;
    location / {{ }}
    location ~ {slow}$ {{ limit_rate {rate}k; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests that reached the server."""

    requests: int
    conditional: int
    """Of these, with If-None-Match or If-Modified-Since."""
    unchanged: int
    """Answered with 304."""


@dataclass(slots=True)
class Served:
    """A server that runs."""

    port: int
    ipv6: bool
    """It listens on [::1] too."""
    name: str
    log: Path
    _read: int = 0

    @property
    def url(self) -> str:
        """Address of the home page."""
        return f"http://127.0.0.1:{self.port}/"

    def asked(self) -> Asked:
        """What was asked since the last call."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._read)
            lines = log.readlines()
            self._read = log.tell()
        conditional = sum(not line.rstrip().endswith('"-" "-"') for line in lines)
        return Asked(len(lines), conditional, sum(line.startswith("304 ") for line in lines))


@contextlib.contextmanager
def serving(root: Path, work: Path) -> Iterator[Served]:
    """Serve a folder on a free port of loopback; configuration and log go to `work`, which is made.

    Raises:
        RuntimeError: no server came up; the message holds what it said.
    """
    work.mkdir(parents=True)
    for attempt in range(_TRIES):
        port, ipv6 = _free_port()
        name, words = _command(root, work, port, ipv6=ipv6)
        with (work / "said.log").open("wb") as said:
            process = subprocess.Popen(words, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        try:
            if _answers(process, port):
                yield Served(port, ipv6, name, work / "access.log")
                return
        finally:
            process.terminate()
            process.wait()
        if attempt == _TRIES - 1:
            told = [path.read_text(errors="replace")[-500:] for path in work.glob("*.log")]
            raise RuntimeError(f"the server did not come up: {' '.join(told)}")


def _command(root: Path, work: Path, port: int, *, ipv6: bool) -> tuple[str, list[str]]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        words = [
            sys.executable,
            "-m",
            "benchmarks.plain_server",
            str(root),
            str(port),
            str(work / "access.log"),
        ]
        return "Python's http.server (no nginx here: `make bench-setup` says more)", words
    text = _NGINX.format(
        user="user root;\n" if os.geteuid() == 0 else "",
        work=work,
        port=port,
        ipv6=f"listen [::1]:{port};" if ipv6 else "",
        root=root,
        slow=SLOW.replace(".", r"\."),
        rate=SLOW_RATE,
    )
    (work / "nginx.conf").write_text(text, encoding="utf-8")
    version = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False).stderr
    return version.strip().rpartition(": ")[2], [nginx, "-p", str(work), "-c", str(work / "nginx.conf")]


def _free_port() -> tuple[int, bool]:
    """A port that is free on 127.0.0.1 and, where there is IPv6, on ::1."""
    with contextlib.closing(socket.socket()) as four:
        four.bind(("127.0.0.1", 0))
        port: int = four.getsockname()[1]
        try:
            with contextlib.closing(socket.socket(socket.AF_INET6)) as six:
                six.bind(("::1", port))
        except OSError:
            return port, False
    return port, True


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it takes connections; False where it ended or took too long."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
