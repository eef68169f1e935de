"""Home pages: the newest date of their news blocks, and entrances."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from govcrawl.pages import kind_of, read_home, read_page

TODAY = date(2026, 11, 25)
FOLDER = Path(__file__).parents[1] / "fixtures" / "reading" / "home"
PAGES = sorted(FOLDER.glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_home_page_is_read_as_it_shows_itself(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = read_page(path.read_bytes(), expected["url"])
    home = read_home(page, TODAY)
    why = f"{path.name}: {expected['why']}"
    newest = None if home.newest is None else str(home.newest)
    assert newest == expected["newest"], f"{why} Read from: {home.newest_title} {home.newest_url}"
    assert home.entrance == expected["entrance"], why
    assert home.needs_rendering == expected["needs_rendering"], why
    if "newest_title" in expected:
        assert home.newest_title == expected["newest_title"], why
    if "year_known" in expected:
        assert home.year_known == expected["year_known"], why
    if expected["kind"] is not None:
        assert str(kind_of(page, TODAY)) == expected["kind"], why
