"""One attempt at a link: redirects followed hop by hop, with the cookies that were given on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, unquote_to_bytes, urlsplit

from govcrawl.model import Answer, Cause
from govcrawl.net.client import Ask
from govcrawl.net.cookies import Cookies
from govcrawl.net.wire import join

MAX_REDIRECTS = 20
"""As browsers do (Fetch standard, 4.4)."""
_WHOLE_TRY = 3.0
"""An attempt with all its redirects may take so many times the time of one request."""
BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
"""What further tries call themselves, before the name of this program."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a page from an earlier run, to ask whether it has changed since (RFC 9110, 13.1)."""

    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    """SHA-256 of the body, hexadecimal: for servers that name neither of the two."""

    def headers(self) -> dict[str, str]:
        """Those of a conditional request."""
        named = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in named.items() if value}

    def compared(self, answer: Answer) -> Answer:
        """An answer that brought the stored body again, as the 304 that the server might have given."""
        if answer.status != 200 or answer.error is not None or answer.truncated or not self.content_hash:
            return answer
        if hashlib.sha256(answer.body).hexdigest() != self.content_hash:
            return answer
        return replace(answer, status=304, body=b"")


class Hops:
    """Follows redirects. Cookies are kept for the length of a run, by host.

    Args:
        ask: `Client.ask`, or `asker(crawler)`.
        now: the time, UTC.
        timeout: seconds of one request.
        agent: what stands behind a browser's name: who asks is never hidden.
    """

    def __init__(self, ask: Ask, *, now: Callable[[], datetime], timeout: float, agent: str) -> None:
        self._ask = ask
        self._now = now
        self._timeout = timeout
        self._agent = agent
        self._cookies = Cookies()

    async def follow(
        self, url: str, referer: str, limit: int, as_browser: bool, stored: Stored | None = None
    ) -> tuple[list[Answer], Cause | None]:
        """Follow redirects hop by hop; why they were followed no further, else None.

        `stored` is what is kept of the page at `url` itself: it may then answer 304.
        """
        answers: list[Answer] = []
        been: set[tuple[str, str]] = set()
        ends = self._now().timestamp() + self._timeout * _WHOLE_TRY
        while True:
            cookie = self._cookies.header(url)
            if (url, cookie) in been:
                return answers, Cause.REDIRECT_LOOP
            if len(answers) > MAX_REDIRECTS:
                return answers, Cause.TOO_MANY_REDIRECTS
            if self._now().timestamp() > ends:
                return answers, Cause.TIMEOUT
            been.add((url, cookie))
            headers = self._headers(referer, cookie, as_browser)
            if stored is not None and not answers:
                headers |= stored.headers()
            answer = await self._ask(url, headers=headers, limit=limit, fresh=as_browser)
            if stored is not None and not answers:
                answer = stored.compared(answer)
            answers.append(answer)
            if "set-cookie" in answer.headers:
                self._cookies.take(url, answer.headers["set-cookie"])
            if not answer.location:
                return answers, None
            referer, url = referer or url, join(url, answer.location)
            if not _is_web(url):
                return answers, None  # hands over to a telephone's program: it answered

    def _headers(self, referer: str, cookie: str, as_browser: bool) -> dict[str, str]:
        headers = {"referer": referer} if referer else {}
        if cookie:
            headers["cookie"] = cookie
        if as_browser:
            headers |= {
                "user-agent": f"{BROWSER} {self._agent}",
                "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
                "accept-language": "zh-CN,zh;q=0.9,en;q=0.8",
                "upgrade-insecure-requests": "1",
                "cache-control": "no-cache",
            }
        return headers


def as_gbk(url: str) -> str:
    """A path of UTF-8 as GBK, the form in which pages of that encoding were saved; "": it can't be."""
    parts = urlsplit(url)
    try:
        path = unquote_to_bytes(parts.path).decode("utf-8").encode("gbk")
    except UnicodeError:
        return ""
    return parts._replace(path=quote(path, safe="/%:@!$&'()*+,;=~")).geturl()


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
