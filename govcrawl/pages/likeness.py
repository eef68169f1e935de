"""How alike two pages are that should be the same one."""

from __future__ import annotations

import difflib
import re

from govcrawl.pages.page import Page

_COMPARED = 20_000
"""Characters of text that are compared: enough to tell two sites apart, little enough to be quick."""
_CHANGING = re.compile(r"[\d\s:/.,%℃°\-—年月日时分秒周星期]+")
"""Clocks, counters, dates, the weather: they differ between two visits over the same family too."""


def alike(one: Page, other: Page) -> float | None:
    """How alike two pages are, 0 to 1: their title and text without numbers and dates.

    The quick ratio of Internet.nl's IPv6 test, on text instead of markup, so that nonces, tokens in
    hidden fields and view states do not count.

    Returns:
        None where neither shows any text (it is made by scripts): then there is nothing to compare.
    """
    first, second = (_CHANGING.sub("", f"{page.title}\n{page.text[:_COMPARED]}") for page in (one, other))
    if not first and not second:
        return None
    if first == second:
        return 1.0
    return difflib.SequenceMatcher(None, first, second, autojunk=False).quick_ratio()
