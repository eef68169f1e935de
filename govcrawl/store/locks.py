"""Who holds a site, and whether the holder is still alive."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

HEARTBEAT_LIMIT = timedelta(minutes=10)
"""A holder that was not heard of for so long has lost its lock."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process: host, boot of that host, process namespace, number, start (clock ticks after boot).

    Number and start together name a process even when its number was given to another one; boot and
    namespace keep two machines or containers of one name apart.
    """

    host: str
    boot: str
    space: str
    pid: int
    start: str

    def __str__(self) -> str:
        return f"{self.host}|{self.boot}|{self.space}|{self.pid}|{self.start}"


def this_owner() -> str:
    """The present process, as `begin_run` takes it."""
    return str(_here())


def parse_owner(text: str) -> Owner | None:
    """The owner that a lock names; None for one that is written otherwise."""
    parts = text.split("|")
    if len(parts) != 5 or not parts[3].isdigit():
        return None
    return Owner(parts[0], parts[1], parts[2], int(parts[3]), parts[4])


def is_dead(owner: str, heartbeat: datetime, now: datetime, *, local: bool) -> bool:
    """May a lock be taken over?

    At once where the process is seen to be gone; else after `HEARTBEAT_LIMIT` of silence. `local`:
    the database lies on this machine's disk, so that a lock of an earlier boot of it is a dead one.
    """
    if now - heartbeat > HEARTBEAT_LIMIT:
        return True
    holder, here = parse_owner(owner), _here()
    if holder is None or holder.host != here.host:
        return False
    if holder.boot != here.boot:
        return local and bool(holder.boot) and bool(here.boot)
    if holder.space != here.space:
        return False
    return not _alive(holder)


def describe(owner: str) -> str:
    """The holder in a message: host and process number."""
    holder = parse_owner(owner)
    return owner if holder is None else f"{holder.host} 进程 {holder.pid}"


def _here() -> Owner:
    host = socket.gethostname().replace("|", "-")
    boot = space = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return Owner(host, boot, space, os.getpid(), _start(os.getpid()))


def _start(pid: int) -> str:
    """Field 22 of /proc/PID/stat (proc(5)); empty where there is no such file or no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name of the program stands in brackets and may hold anything, brackets too.
    fields = stat.rpartition(")")[2].split()
    if len(fields) < 20 or fields[0] in {"Z", "X"}:
        return ""
    return fields[19]


def _alive(holder: Owner) -> bool:
    if holder.start:
        return _start(holder.pid) == holder.start
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
