"""Whether home pages open: single visits (拨测), and rounds of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ProbeState(StrEnum):
    """What one visit says of a site."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    """The answer speaks of the robot or of this machine, or is no page that one could judge."""

    @property
    def zh(self) -> str:
        """The word in tables."""
        return {"up": "正常", "down": "无法访问", "unknown": "未能判断"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One visit to one home page."""

    site: str
    at: datetime
    """UTC."""
    state: ProbeState
    status: int | None = None
    cause: str = ""
    """A `Cause`, or empty."""
    ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRound:
    """One visit to every site in operation, within a few seconds."""

    at: datetime
    probes: tuple[Probe, ...]
    void: str = ""
    """Chinese: why the round proves nothing; empty: it counts."""
