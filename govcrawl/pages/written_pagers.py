"""Further pages of a list that only a script links to: pagers that `createPageHTML` writes.

Two systems spell it alike and count differently. TRS: `createPageHTML(12, 0, "index", "html")`, pages from 0,
the first one `index.html`, the next `index_1.html`. Others name the element first and count from 1:
`createPageHTML('page_div', 50, 1, 'gl', 'shtml', 1000)`, whose second page is `gl_2.shtml`. Articles of
several pages use it too. A pager that calls a script (`"javascript:getList"`) names no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from govcrawl.pages.addresses import normalise
from govcrawl.pages.page import Page

MOST_PAGES = 50
"""Further pages of one list that are named."""
_LONGEST = 200_000
"""Characters of a script that are looked at."""
_NAME = r"['\"]([A-Za-z0-9_-]{1,80})['\"]\s{0,9},\s{0,9}['\"]([A-Za-z]{2,6})['\"]"
_FROM_NOUGHT = re.compile(
    rf"\bcreatePageHTML\s{{0,9}}\(\s{{0,9}}(\d{{1,5}})\s{{0,9}},\s{{0,9}}\d{{1,5}}\s{{0,9}},\s{{0,9}}{_NAME}"
)
_FROM_ONE = re.compile(
    r"\bcreatePageHTML\s{0,9}\(\s{0,9}['\"][\w-]{1,60}['\"]\s{0,9},\s{0,9}(\d{1,5})\s{0,9},"
    rf"\s{{0,9}}\d{{1,5}}\s{{0,9}},\s{{0,9}}{_NAME}"
)


def written_pages(page: Page) -> tuple[str, ...]:
    """Addresses of the further pages, absolute, in their order; () where no script writes such a pager.

    They are what the script would link to, and no proof that the pages are there.
    """
    if "createPageHTML" not in page.source:
        return ()
    found: dict[str, None] = {}
    for name in _names(page):
        address = normalise(name, page.base_url)
        if address is not None and address.startswith("http"):
            found.setdefault(address)
    return tuple(found)


def _names(page: Page) -> Iterator[str]:
    for script in page.root.iter("script"):
        text = (script.text or "")[:_LONGEST]
        if "createPageHTML" not in text:
            continue
        for pattern, first in ((_FROM_NOUGHT, 1), (_FROM_ONE, 2)):
            for match in pattern.finditer(text):
                begin = text.rfind("\n", 0, match.start()) + 1
                if text[begin : match.start()].lstrip().startswith("//"):
                    continue  # commented out
                count = int(match[1]) - 1
                yield from (
                    f"{match[2]}_{number}.{match[3]}"
                    for number in range(first, first + min(count, MOST_PAGES))
                )
