"""What units submit, and what of it is published: the ground of the adoption notice (信息采用情况通报)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Level(StrEnum):
    """Who adopted a submission, beside the portal itself, which is read off its own pages."""

    REGION = "region"
    NATION = "nation"

    @property
    def zh(self) -> str:
        """The word in papers and spreadsheets."""
        return {"region": "自治区（省）级", "nation": "国家级"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One piece of information that a unit submitted (报送信息)."""

    unit: str
    title: str
    submitted: date
    level: Level | None = None
    """A higher level that adopted it; None: none is known."""
    adopter: str = ""
    """Where it was published, in the words of the file."""
    adopted: date | None = None
    """When the higher level published it; None: not told, the day of submission counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArticle:
    """One article of a portal, as a run read it."""

    site: str
    url: str
    title: str
    published: date | None
    """None: the page shows no date that could be read."""
    source: str
    """The named source; empty: none was read."""
    reprint: bool | None
    """Does the text come from another publisher; None: not known."""
    first_seen: datetime
    """By a run, UTC."""
