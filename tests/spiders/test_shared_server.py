"""Thirty sites on one server are asked no faster than one, by however many processes: the server counts."""

from __future__ import annotations

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govcrawl.store import Store

PROGRAM = Path(__file__).with_name("shared_server.py")
LIMIT = 4
SITES = 30


class Counted(socketserver.ThreadingTCPServer):
    """Answers every request after a while, and counts how many were there at once."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.active = self.most = 0
        self.hosts: list[str] = []


class _Handler(socketserver.StreamRequestHandler):
    server: Counted

    def handle(self) -> None:
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            with self.server.lock:
                self.server.active += 1
                self.server.most = max(self.server.most, self.server.active)
                self.server.hosts.append(
                    next(x for x in head.decode().splitlines() if x.lower().startswith("host"))
                )
            time.sleep(0.04)
            with self.server.lock:
                self.server.active -= 1
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")


@pytest.fixture
def server() -> Iterator[Counted]:
    with Counted() as counted:
        thread = threading.Thread(target=counted.serve_forever, daemon=True)
        thread.start()
        yield counted
        counted.shutdown()


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/govcrawl.db"
    Store.open(url, now=datetime.now(UTC)).close()
    return url


def start(database: str, server: Counted, hosts: list[str]) -> subprocess.Popen[str]:
    port = server.server_address[1]
    command = [sys.executable, str(PROGRAM), database, str(port), str(LIMIT), *hosts]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def hosts() -> list[str]:
    return [f"s{number}.example.gov.cn" for number in range(SITES)]


def test_thirty_sites_in_three_processes_never_exceed_the_limit_of_their_server(
    database: str, server: Counted
) -> None:
    names = hosts()
    processes = [start(database, server, names[number::3]) for number in range(3)]
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert out.split()[:2] == ["120", "0"], f"some requests failed: {out}\n{errors}"
    assert server.most == LIMIT, f"{server.most} requests at once at a server that may get {LIMIT}"
    assert len(server.hosts) == SITES * 12
    assert len(set(server.hosts)) == SITES


def test_the_lease_of_a_killed_process_is_taken_over(database: str, server: Counted) -> None:
    names = hosts()
    first = start(database, server, names)
    ends = time.monotonic() + 60
    while len(server.hosts) < 20:
        assert time.monotonic() < ends, f"the first process asked nothing: {server.hosts}"
        time.sleep(0.02)
    second = start(database, server, names[:2])
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    out, errors = second.communicate(timeout=45)
    assert out.split()[:2] == ["24", "0"], f"the second process did not get its turn: {out}\n{errors}"
    assert server.most <= 2 * LIMIT, "at most what the killed one left under way"
