"""Answers that speak of the robot and not of the page: never a reason to call a link dead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from govcrawl.model import Answer
from govcrawl.pages.page import Page

ROBOT = "robot"
"""How the reason of such an attempt begins (`Look.attempt.reason`)."""

BLOCKING = frozenset({401, 403, 405, 407, 412, 418, 429, 451, 511, 521, 999})
"""Statuses by which a server refuses the one who asks (405: after GET; 521, 412, 418, 999: firewalls)."""

_MUCH_TEXT = 400
"""Characters of visible text from which a page is content, whatever words stand in it."""
_NO_TEXT = 60
"""Characters of visible text up to which a page is only its script."""
_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_COOKIE = re.compile(r"document\s{0,3}\.\s{0,3}cookie\s{0,3}=|document\s{0,3}\[\s{0,3}['\"]cookie['\"]")
_GOES_ON = re.compile(r"location|\.submit\(|reload\(|history\.go")


def speaks_of_robot(answer: Answer, page: Page | None) -> str:
    """Why an answer says nothing about the page: "robot: …"; "": it does.

    Args:
        answer: the last of a chain, no redirect.
        page: its body, where that is HTML.
    """
    status = answer.status
    if status is None:
        return ""
    if status in BLOCKING:
        return f"{ROBOT}: status {status}"
    if "challenge" in answer.headers.get("cf-mitigated", "").lower():
        return f"{ROBOT}: challenge"
    if page is None or not page.is_html or len(page.text) > _MUCH_TEXT:
        return ""
    if status in {404, 410}:
        return ""  # what a firewall wraps around a 404 is still a 404
    source = answer.body[:65_536].decode("latin-1").lower()
    if status >= 400 or len(page.text) <= _NO_TEXT:
        if any(mark in source for mark in _terms()["marks"]):
            return f"{ROBOT}: challenge"
        if _COOKIE.search(source) and _GOES_ON.search(source):
            return f"{ROBOT}: cookie script"
    if page.root.find(".//input[@type='password']") is not None:
        return ""  # a form to sign in asks for a captcha too, and is what the link leads to
    said = _BLANK.sub("", page.title + "\n" + page.text).lower()
    if any(word in said for word in _terms()["words"]) and not _is_article(page):
        return f"{ROBOT}: firewall"
    return ""


def _is_article(page: Page) -> bool:
    """Short news about a firewall is news."""
    return bool(page.metas.get("pubdate") or page.metas.get("articletitle")) or "发布时间" in page.text


@cache
def _terms() -> Mapping[str, tuple[str, ...]]:
    raw = tomllib.loads((files("govcrawl.pages") / "data" / "challenges.toml").read_text(encoding="utf-8"))
    return {name: tuple(terms) for name, terms in raw.items()}
