"""What is still to be fetched of a site: breadth first, bounded, each address once."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlsplit, urlunsplit

_MAX_DAYS = 60
"""Addresses of one path whose query names a day or an order: a calendar has no end."""
_MAX_VARIANTS = 1000
"""Addresses of one form that pages of the same form lead to."""
_DAY_NAME = re.compile(r"(?:y|m|d|year|mon|month|day|date|week|riqi|nian|yue)$", re.IGNORECASE)
_DAY = re.compile(r"[\d/.-]{1,10}$")
_ORDER_NAME = re.compile(r"(?:sort|order|orderby|sortby|asc|desc|view)$", re.IGNORECASE)
_MAX_SEGMENTS = 20
_SESSION = re.compile(
    r"^(?:jsessionid|phpsessid|aspsessionid\w*|sid|session_?id|s_?token|ts|_|rnd|random)$", re.IGNORECASE
)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|shtml|jhtml|jsp|aspx?|php)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page to fetch."""

    url: str
    depth: int
    """Clicks from the home page; registered columns count as one."""
    referer: str = ""
    column: str | None = None
    """URL of the column whose list led here."""


def without_session(url: str) -> str:
    """The address without parameters that name a visitor or a moment (`;jsessionid=`, `sid=`, `_=`).

    What is no address (`http://[broken`) is handed back as it is: whoever asks it says why not.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = _SESSION_PATH.sub("", parts.path)
    if not parts.query:
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    pairs = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _SESSION.match(k))
    query = "&".join(f"{k}={v}" for k, v in pairs)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def canonical(url: str) -> str:
    """The key by which two addresses are taken for one page and fetched once.

    Beside session parameters and the order of the query, neither scheme nor `www.` count, nor an index
    file's name at the end (`/zwyw/index.html` is `/zwyw/`).
    """
    try:
        parts = urlsplit(without_session(url))
    except ValueError:
        return url
    return urlunsplit(
        ("", parts.netloc.removeprefix("www."), _INDEX.sub("/", parts.path) or "/", parts.query, "")
    )


class Frontier:
    """The queue of a site's pages. What a limit cuts is counted, never silent."""

    def __init__(self, *, max_pages: int, depth: int) -> None:
        self._queue: deque[Entry] = deque()
        self._seen: set[str] = set()
        self._taken: set[str] = set()
        self._variants: Counter[str] = Counter()
        self._max_pages = max_pages
        self._depth = depth
        self.cut_by_pages: set[str] = set()
        self.cut_by_depth: set[str] = set()
        self.cut_as_trap: set[str] = set()
        """Addresses left out, by the limit that left them out."""
        self.time_limit = "达到巡查时间上限"
        """What ended the time, in words."""
        self.cut_by_time: set[str] = set()
        """Addresses that were queued when the time was over."""

    def add(self, entry: Entry) -> bool:
        """Queue a page unless it is known or beyond a limit."""
        key = canonical(entry.url)
        if key in self._seen:
            return False
        if entry.depth > self._depth:
            self.cut_by_depth.add(entry.url)
            return False
        if self._trap(entry):
            self.cut_as_trap.add(entry.url)
            return False
        if len(self._seen) >= self._max_pages:
            self.cut_by_pages.add(entry.url)
            return False
        self._seen.add(key)
        self._queue.append(entry)
        return True

    def admit(self, url: str, depth: int) -> bool:
        """May this address be asked now, within all limits; it counts as a page, and is asked once."""
        if not self.add(Entry(url, depth)):
            return False
        self._queue.pop()
        return self.claim(url)

    def claim(self, url: str) -> bool:
        """Take a page out of turn (the home page, a column): it is not taken again, queued or not.

        Returns False where it was taken before.
        """
        key = canonical(url)
        fresh = key not in self._taken
        self._seen.add(key)
        self._taken.add(key)
        return fresh

    def take(self) -> Entry | None:
        """The next page, or None while there is none."""
        while self._queue:
            entry = self._queue.popleft()
            if self.claim(entry.url):
                return entry
        return None

    def stop(self) -> None:
        """The time is over: what is queued is not taken any more."""
        self.cut_by_time.update(e.url for e in self._queue if canonical(e.url) not in self._taken)
        self._queue.clear()

    def next(self, most: int) -> list[str]:
        """Addresses of the pages that will be taken next, at most so many."""
        queued = (entry.url for entry in self._queue if canonical(entry.url) not in self._taken)
        return list(islice(queued, most))

    def knows(self, url: str) -> bool:
        """Was this address queued, now or before."""
        return canonical(url) in self._seen

    @property
    def waiting(self) -> int:
        """Pages that are queued and not taken."""
        return len(self._queue)

    @property
    def left_out(self) -> set[str]:
        """All addresses that a limit left out and that were not reached another way."""
        cut = self.cut_by_pages | self.cut_by_depth | self.cut_as_trap
        return {url for url in cut if not self.knows(url)} | self.cut_by_time

    def limits_hit(self) -> list[str]:
        """What was cut, as Chinese sentences for the run's summary."""
        said = []
        pages, deep, traps = (
            {u for u in cut if not self.knows(u)}
            for cut in (self.cut_by_pages, self.cut_by_depth, self.cut_as_trap)
        )
        if self.cut_by_time:
            said.append(f"{self.time_limit}，另有{len(self.cut_by_time)}个站内地址未抓取")
        if pages:
            said.append(f"达到页面数量上限（{self._max_pages}个），另有{len(pages)}个站内地址未抓取")
        if deep:
            said.append(
                f"达到抓取深度上限（{self._depth}层），另有{len(deep)}个站内地址只检查能否访问，未读取内容"
            )
        if traps:
            example = min(traps, key=len)
            said.append(f"疑似地址陷阱（日历、会话参数等），{len(traps)}个地址未抓取，例如 {example[:120]}")
        return said

    def _trap(self, entry: Entry) -> bool:
        """Does an address look like one of an endless family.

        Many sites address every article by query (`info.jsp?id=…`), so that a number of variants proves
        nothing by itself: few are let through where the query names days or an order, many where pages of
        one form lead on to each other.
        """
        parts = urlsplit(entry.url)
        segments = [segment for segment in parts.path.split("/") if segment]
        if len(segments) > _MAX_SEGMENTS or any(n > 3 for n in Counter(segments).values()):
            return True
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if not pairs:
            return False
        if any((_DAY_NAME.match(k) and _DAY.match(v)) or _ORDER_NAME.match(k) for k, v in pairs):
            form, most = f"{parts.netloc}{parts.path}", _MAX_DAYS
        elif _form(entry.url) == _form(entry.referer):
            form, most = _form(entry.url), _MAX_VARIANTS
        else:
            return False
        self._variants[form] += 1
        return self._variants[form] > most


def _form(url: str) -> str:
    """An address without the values of its query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.netloc}{parts.path}?{'&'.join(names)}"
