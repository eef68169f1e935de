"""Runs one command and tells what it cost: time, processor, memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process and those that it waited for."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of processor, user and system."""
    peak: int
    """Bytes of memory at most, of its largest process."""
    status: int
    """Exit status; negative: the signal that ended it."""


def run(
    words: Sequence[str],
    *,
    cwd: Path,
    out: Path,
    err: Path,
    env: Mapping[str, str] | None = None,
    longest: float,
) -> Cost:
    """Run a command to its end; it is killed after `longest` seconds, which the status shows.

    The peak is what the kernel counts for the child. It begins with what this process holds when it starts
    the child, so whoever calls this should be small: nothing heavy is imported here.
    """
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    with out.open("wb") as to_out, err.open("wb") as to_err:
        started = time.monotonic()
        process = subprocess.Popen(
            list(words),
            cwd=cwd,
            env=inherited | {"LANG": "C.UTF-8", "COLUMNS": "160"} | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
        )
        killer = threading.Timer(longest, process.kill)
        killer.start()
        try:
            # wait4 speaks of this one child, whatever else runs beside it.
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        wall=time.monotonic() - started,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * 1024,
        status=process.returncode,
    )
