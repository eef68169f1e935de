"""A server from the standard library, for machines without nginx.

    python -m benchmarks.plain_server ROOT PORT LOG

Slower than nginx, and it takes processor time from what is measured: the table says which one served.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import socketserver
import sys
import threading
import time
from email.utils import formatdate
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, TextIO

from benchmarks.server import SLOW_RATE
from benchmarks.site import SLOW


class Handler(SimpleHTTPRequestHandler):
    """Answers as nginx would: kept connections, validators, a log line for each request."""

    protocol_version = "HTTP/1.1"
    log: TextIO
    lock = threading.Lock()

    def send_head(self) -> BinaryIO | None:
        """Add validators and obey them; otherwise as the standard library."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return None
        facts = path.stat()
        etag = f'"{hashlib.sha256(f"{facts.st_mtime_ns} {facts.st_size}".encode()).hexdigest()[:20]}"'
        modified = formatdate(facts.st_mtime, usegmt=True)
        same = self.headers.get("If-None-Match") == etag
        if "If-None-Match" not in self.headers:
            same = self.headers.get("If-Modified-Since") == modified
        self.send_response(304 if same else 200)
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", modified)
        if same:
            self.end_headers()
            return None
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(facts.st_size))
        self.end_headers()
        if self.command == "GET" and path.name.endswith(SLOW):
            time.sleep(facts.st_size / (SLOW_RATE * 1000))
        return path.open("rb")

    def end_headers(self) -> None:
        """Every answer tells linkchecker that it may ask without pauses."""
        self.send_header("LinkChecker", "1")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line, as the nginx of `server` writes it."""
        validators = [self.headers.get(name, "-") for name in ("If-None-Match", "If-Modified-Since")]
        status = int(code) if isinstance(code, int) else code
        with self.lock:
            self.log.write(f'{status} {self.command} {self.path} "{validators[0]}" "{validators[1]}"\n')
            self.log.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the terminal."""


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def main() -> None:
    """Serve until ended."""
    root, port, log = sys.argv[1:]
    with Path(log).open("a", encoding="utf-8") as Handler.log:
        handler = partial(Handler, directory=root)
        servers: list[socketserver.BaseServer] = [ThreadingHTTPServer(("127.0.0.1", int(port)), handler)]
        with contextlib.suppress(OSError):  # no IPv6 here
            servers.append(_Server6(("::1", int(port)), handler))
        for server in servers[1:]:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        servers[0].serve_forever()


if __name__ == "__main__":
    main()
