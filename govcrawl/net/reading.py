"""What this room needs to be told about answers: it asks, and leaves reading and judging to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from govcrawl.model import Answer, Cause, LinkVerdict, Look, Try


class ReadOn(Protocol):
    """Looks at the answers of an attempt at a page, and reads on in the page that they brought."""

    async def __call__(
        self,
        url: str,
        answers: Sequence[Answer],
        *,
        stopped: Cause | None,
        home: bool,
        asked: Callable[[], None],
    ) -> Look:
        """As `Reading.look` of a page; `asked` may be called when only reading is left to do."""


class Reading(Protocol):
    """What `govcrawl.pages.verdicts` offers (the module itself serves)."""

    def look(
        self,
        url: str,
        answers: Sequence[Answer],
        *,
        stopped: Cause | None = None,
        element: str = "a",
        expect: str = "",
        text: str = "",
        home: bool = False,
    ) -> Look:
        """What one attempt showed."""

    def judge(
        self,
        url: str,
        tries: Sequence[Try],
        look: Look | None = None,
        *,
        confirm_after: float,
        confirm_after_transient: float,
    ) -> LinkVerdict:
        """The verdict."""

    def compared(self, seen: Look, learnt: Look) -> Look:
        """Told by the answer to a made-up address."""

    def skipped(self, url: str) -> LinkVerdict | None:
        """The verdict on what is no http or https address."""

    def is_document(self, url: str) -> bool:
        """Does the address name a document."""

    def is_apex(self, url: str) -> bool:
        """Is the host a registered domain itself."""
