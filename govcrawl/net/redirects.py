"""Following redirects for one look at a page, each hop checked like the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from govcrawl.model import Answer, Cause
from govcrawl.net.client import BODY_LIMIT, Ask
from govcrawl.net.wire import join

_MOST = 20
"""As browsers do (Fetch standard, 4.4)."""


async def follow(
    ask: Ask,
    url: str,
    *,
    limit: int = BODY_LIMIT,
    family: int | None = None,
    fresh: bool = False,
    may: Callable[[str], bool] | None = None,
) -> Answer:
    """The answer at the end of an address's redirects; its `url` is where they ended.

    Args:
        ask: `Client.ask`, or `asker(crawler)`.
        url: http or https.
        limit: bytes of the body to keep.
        family: 4 or 6; None: as `Client.ask` chooses.
        fresh: each hop on a connection of its own.
        may: is a further address to be asked; None: every one.

    Returns:
        The last answer; `error` is set where the redirects run in a circle or have no end. Where they led
        to what may not be asked, the answer has that address and no status: nothing of it was loaded.
    """
    been: set[str] = set()
    while True:
        been.add(url)
        answer = await ask(url, limit=limit, family=family, fresh=fresh)
        if not answer.location:
            return answer
        url = join(url, answer.location)
        if may is not None and not may(url):
            return Answer(url=url, at=answer.at, ms=answer.ms, error=Cause.FORBIDDEN_ADDRESS)
        if url in been:
            return replace(answer, error=Cause.REDIRECT_LOOP)
        if len(been) > _MOST:
            return replace(answer, error=Cause.TOO_MANY_REDIRECTS)
