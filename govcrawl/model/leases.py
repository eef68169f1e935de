"""What a process asks of the table of servers, and what it is told (`govcrawl.net.leases`)."""

from __future__ import annotations

from dataclasses import dataclass

LEASE_SECONDS = 60.0
"""A lease that was not renewed for so long is free: its holder is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseAsked:
    """One server that a process wants to ask, or has done with."""

    names: tuple[str, ...]
    """By what the server is known: its addresses, with the port where that tells servers apart."""
    wanted: bool
    """False: given up."""
    pause: float = 0.0
    """Given up: seconds for which nobody may ask it (a delay, a back-off that goes on)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseGiven:
    """The answer to one `LeaseAsked`."""

    held: bool
    """The server is this process's alone, for `LEASE_SECONDS` from when it asked."""
    others: bool
    """Another process waits for it."""
