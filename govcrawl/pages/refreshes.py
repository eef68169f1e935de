"""Pages that send their visitor on at once: by meta refresh, or by a script and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govcrawl.pages.addresses import normalise
from govcrawl.pages.links import refresh_target

if TYPE_CHECKING:
    from govcrawl.pages.page import Page

MAX_DELAY = 5
"""Seconds within which a meta refresh is an entrance; longer ones reload the page or announce an error."""
_LITTLE_TEXT = 120
"""Characters that an entrance may show (请稍候, 正在跳转 …); a page with more of its own is no entrance."""

_LOCATION = re.compile(
    r"(?<![\w$])location\s{0,3}(?:\.\s{0,3}href\s{0,3})?=(?!=)\s{0,3}(['\"])([^'\"\n]{1,2000})\1"
    r"|(?<![\w$])location\s{0,3}\.\s{0,3}(?:replace|assign)\s{0,3}\(\s{0,3}(['\"])([^'\"\n]{1,2000})\3"
    r"|(?<![\w$])open\s{0,3}\(\s{0,3}(['\"])([^'\"\n]{1,2000})\5\s{0,3},\s{0,3}['\"]_(?:self|top|parent)"
)
_FOR_DEVICES = re.compile(r"userAgent|mobile|iphone|android|screen\.width|matchMedia", re.IGNORECASE)


def immediate_refresh(page: Page) -> str | None:
    """Absolute address to which a page sends its visitor at once; None: it shows itself."""
    for content in page.metas.get("refresh", ()):
        target = refresh_target(content)
        if target and target[0] <= MAX_DELAY:
            address = normalise(target[1], page.base_url, page.encoding)
            if address and address.startswith("http") and address != normalise(page.url):
                return address
    scripts = [script.text for script in page.root.iter("script") if script.text and "ocation" in script.text]
    scripts += [call for body in page.root.iter("body") if (call := body.get("onload"))]
    if not scripts or len(page.text) > _LITTLE_TEXT:
        return None
    return next((found for script in scripts if (found := _sent_by(script, page))), None)


def _sent_by(script: str, page: Page) -> str | None:
    """The address that a script sets for everybody; what it sets for telephones alone is another version."""
    for match in _LOCATION.finditer(script[:50_000]):
        raw = match[2] or match[4] or match[6]
        if _FOR_DEVICES.search(script, max(0, match.start() - 300), match.start()):
            continue
        address = normalise(raw, page.base_url, page.encoding)
        if address and address.startswith("http") and address != normalise(page.url):
            return address
    return None
