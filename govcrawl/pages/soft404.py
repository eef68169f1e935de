"""Pages that answer 200 and mean 404: by what they say, or by being what the host says to any address."""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit

from govcrawl.model import Look
from govcrawl.pages.page import Page

MUCH_TEXT = 600
"""Characters of own text from which a page is content, whatever its title says."""
LITTLE_TEXT = 300
"""Characters of own text up to which a sentence in it speaks for the whole page."""
COMPARED_TEXT = 2000
"""Characters of a page that are kept for comparison."""
_ALIKE = 0.92
_ENOUGH = 12
"""Characters below which two pages are alike by chance: an empty frame that scripts fill."""

_FRAMES = frozenset({"app", "root", "__next", "__nuxt", "q-app", "app-root", "react-root"})
"""Ids that the usual toolkits give to the element that they fill."""
_FEW = 25
"""Elements that a notice of loading takes at most."""
_BLANK = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")
_404 = re.compile(
    # Alone, set off from the name of a site, or with a word for error: not 404号, 404医院, 国道404线.
    r"^\W*404\W*$|^\W*404\s*[-_–—|:：]|[-_–—|:：]\s*404\W*$"
    r"|404\s*[-_–—|:：]?\s*(?:错误|页面|网页|找不到|未找到|提示|丢失|出错|不存在|not\s?found|error|page)"
    r"|(?:错误|出错|页面|提示|http|status|error)\s*(?:代码)?\s*[-_–—|:：]?\s*404(?![\d号])"
)
_CHANGING = re.compile(r"\d+|[0-9a-f]{8,}")
_HOME_FILES = re.compile(r"(?:index|default|home|main)\.[a-z]{2,6}|", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\.(?:s?html?|jhtml|jspx?|php|aspx?|do|action|pdf|docx?|xlsx?|zip|rar)$", re.IGNORECASE
)


def says_missing(page: Page, own: str) -> str:
    """The words by which a page of status 200 says that there is nothing here; "": it does not.

    A title alone is not enough: an article about missing pages has one too, and text of its own (`own`, of
    `page.shown`).
    """
    terms = _terms()
    title = _squeezed(page.title)
    if len(own) <= MUCH_TEXT:
        if len(page.title) <= 60 and _404.search(page.title.lower()) and not _alive(own):
            return "404"
        found = next((term for term in terms["titles"] if term in title and len(title) <= len(term) + 24), "")
        if found and not _alive(own):
            return found
    if len(own) <= LITTLE_TEXT and not _alive(own):
        return next((term for term in terms["texts"] if term in own), "")
    return ""


def says_closed(page: Page, own: str) -> str:
    """The words by which whoever runs the machine says that a whole site was shut; "": none."""
    said = _squeezed(page.title) + "\n" + own
    return next((term for term in _terms()["closed"] if len(said) <= LITTLE_TEXT and term in said), "")


def is_frame(page: Page) -> bool:
    """Is it the frame of an application, which a script fills: little in it, whatever the address."""
    if page.root.find(".//script[@src]") is None:
        return False
    for element in page.root.iter("div", "main", "section"):
        if element.get("id") in _FRAMES:
            return sum(1 for _ in zip(element.iter(), range(_FEW), strict=False)) < _FEW
    return False


def led_away(asked: str, final: str) -> str:
    """Where a redirect gives up what was asked for: "error page", "home page", or "".

    "home page" is only said of an address of a document: a folder may well have moved to the top.
    """
    if asked == final:
        return ""
    try:
        before, after = urlsplit(asked), urlsplit(final)
    except ValueError:
        return ""
    if (name := _name(after.path)) in _terms()["error_paths"] and name != _name(before.path):
        return "error page"
    same_host = _bare(before.hostname) == _bare(after.hostname)
    if same_host and is_home(final) and not is_home(asked) and _DOCUMENT.search(before.path):
        return "home page"
    return ""


def is_home(address: str) -> bool:
    """Is it the top of a host: no path, or an index file there, and nothing asked for."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.query and _HOME_FILES.fullmatch(parts.path.removeprefix("/")) is not None


def same_as(look: Look, learnt: Look) -> bool:
    """Is a page what its host answers to an address that can't exist.

    Digits and long hexadecimal numbers are left out, for both may name the address or the time.
    """
    if learnt.attempt.status is None or learnt.attempt.status >= 400 or look.attempt.status is None:
        return False
    if (
        look.attempt.redirects
        and learnt.attempt.redirects
        and look.attempt.final_url == learnt.attempt.final_url
    ):
        return True
    one, other = _shape(look), _shape(learnt)
    if min(len(one), len(other)) < _ENOUGH or look.title != learnt.title:
        return False
    if abs(len(one) - len(other)) > max(len(one), len(other)) * (1 - _ALIKE):
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _shape(look: Look) -> str:
    path = unquote(urlsplit(look.attempt.final_url).path)
    text = look.text.replace(path, "") if len(path) > 1 else look.text
    return _CHANGING.sub("", _squeezed(text))


def _alive(own: str) -> bool:
    return any(term in own for term in _terms()["alive"])


def _name(path: str) -> str:
    """The last part of a path, without its end: "404" of /a/404.html."""
    return path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text).lower()


@cache
def _terms() -> dict[str, tuple[str, ...]]:
    raw = tomllib.loads((files("govcrawl.pages") / "data" / "soft404.toml").read_text(encoding="utf-8"))
    return {name: tuple(dict.fromkeys(terms)) for name, terms in raw.items()}
