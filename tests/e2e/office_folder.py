"""An office's working folder, and commands run in it as a user types them: processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
LONGEST = 120.0
"""Seconds after which a command is taken to hang and killed."""

_TOML = """\
[office]
name = "示例市人民政府办公室"
region = "示例市"

[crawl]
timeout = {timeout}
confirm_after = 0.2
confirm_after_transient = 0.2
concurrency_per_host = {concurrency}
browser = "never"
{crawl}

[crawl.resolve]
{resolve}
"""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    words: tuple[str, ...]
    status: int
    """Exit status; negative: the signal that ended it."""
    out: str
    err: str
    peak: int
    """The most memory it held at once, in bytes."""

    def __str__(self) -> str:
        return (
            f"$ {' '.join(self.words)}\nexit status {self.status}\n"
            f"--- stdout ---\n{self.out[-3000:]}\n--- stderr ---\n{self.err[-3000:]}"
        )

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.out + self.err

    def ended(self, status: int = 0) -> Done:
        """Itself; fails the test unless it ended with this status and without a fault of the program."""
        assert self.status == status, f"expected exit status {status}:\n{self}"
        assert "Traceback" not in self.said, f"a traceback where a user should read a clear line:\n{self}"
        return self

    def refused(self, status: int, *words: str) -> Done:
        """Itself; fails the test unless it ended so, with one Chinese line that holds these words."""
        self.ended(status)
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, f"an error should be one clear line:\n{self}"
        assert lines[0].startswith("错误："), f"the line should begin with 错误：\n{self}"
        assert not self.out.strip(), f"a refused command should print nothing else:\n{self}"
        for word in words:
            assert word in lines[0], f"the line should name {word!r}:\n{self}"
        return self

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f"not JSON ({error}):\n{self}") from error

    @property
    def lines(self) -> list[Any]:
        """What it printed, as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Running:
    """A command that goes on; its output is gathered in files, so that it never waits for a reader."""

    def __init__(self, office: Office, name: str, words: Sequence[str], env: Mapping[str, str]) -> None:
        self._words = (name, *words)
        office.commands += 1
        self._out = office.folder.parent / f"{office.folder.name}-{office.commands}.out"
        self._err = self._out.with_suffix(".err")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                [str(BIN / name), *words],
                cwd=office.cwd,
                env={**office.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def done(self, longest: float = LONGEST) -> Done:
        """Wait for its end; what takes longer is killed, and the status tells."""
        killer = threading.Timer(longest, self._process.kill)
        killer.start()
        peak = 0
        try:
            while self._process.poll() is None:
                peak = max(peak, _most_memory(self._process.pid))
                time.sleep(0.02)
        finally:
            killer.cancel()
        return Done(
            self._words,
            self._process.returncode,
            self._out.read_text(encoding="utf-8"),
            self._err.read_text(encoding="utf-8"),
            peak,
        )


_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def _most_memory(pid: int) -> int:
    """The most that a process held so far, in bytes; 0 once it is gone.

    Not by `wait4`: its figure also counts what the test's own process held when it was forked.
    """
    try:
        found = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace"))
    except OSError:
        return 0
    return int(found.group(1)) * 1024 if found else 0


class Office:
    """A working folder; `office("scrapy", "crawl", …)` runs a command in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cwd = folder
        self.commands = 0
        inherited = {"PATH", "PYTHONPATH", "HOME", "TMPDIR"}
        self.environ = {name: value for name, value in os.environ.items() if name in inherited}
        self.environ |= {"LANG": "C.UTF-8", "COLUMNS": "160", "TERM": "dumb"}

    def __call__(self, name: str, *words: str, env: Mapping[str, str] | None = None) -> Done:
        """Run a command to its end."""
        return self.start(name, *words, env=env).done()

    def start(self, name: str, *words: str, env: Mapping[str, str] | None = None) -> Running:
        """Start a command."""
        return Running(self, name, words, env or {})

    def configure(
        self, resolve: str = "", crawl: str = "", *, timeout: float = 5.0, concurrency: int = 8
    ) -> None:
        """Write govcrawl.toml."""
        text = _TOML.format(resolve=resolve, crawl=crawl, timeout=timeout, concurrency=concurrency)
        (self.folder / "govcrawl.toml").write_text(text, encoding="utf-8")

    def register(self, yaml: str) -> None:
        """Write registry.yaml and import it."""
        (self.folder / "registry.yaml").write_text(yaml, encoding="utf-8")
        self("govcrawl", "registry", "import", "registry.yaml").ended()

    def crawl(self, *arguments: str) -> tuple[Done, list[dict[str, Any]]]:
        """`scrapy crawl site` with these `-a` arguments and a feed; returns its end and the feed."""
        feed = self.folder / f"feed-{self.commands}.json"
        feed.unlink(missing_ok=True)  # of the office that this one is a copy of
        words = [word for argument in arguments for word in ("-a", argument)]
        done = self("scrapy", "crawl", "site", *words, "-O", feed.name)
        text = feed.read_text(encoding="utf-8") if feed.is_file() else "[]"
        findings: list[dict[str, Any]] = json.loads(text)
        return done, findings

    def json(self, *words: str) -> Any:
        """What `govcrawl … --json` prints."""
        return self("govcrawl", *words, "--json").ended().json

    def last_run(self) -> dict[str, Any]:
        """The latest run, as `runs list` has it."""
        run: dict[str, Any] = self.json("runs", "list", "--limit", "1")[0]
        return run


def of_rule(findings: Sequence[Mapping[str, Any]], rule: str) -> list[Mapping[str, Any]]:
    """The findings of one rule."""
    return [finding for finding in findings if finding["rule"] == rule]
