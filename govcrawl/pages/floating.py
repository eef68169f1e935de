"""Links in windows that float above the page (飘窗)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govcrawl.pages.page import Page


def floating_links(page: Page) -> frozenset[int]:
    """Indexes of the links that stand in a window floating above the page."""
    return frozenset()
