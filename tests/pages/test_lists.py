"""Main lists and columns: one page of our own writing a pattern, its expected reading beside it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from govcrawl.pages import kind_of, read_column, read_page
from govcrawl.pages.lists import MOST_POINTS, main_list

TODAY = date(2026, 11, 25)
FOLDER = Path(__file__).parents[1] / "fixtures" / "reading" / "lists"
PAGES = sorted(FOLDER.glob("*.html"))


def _expected(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_column_is_read_as_its_page_shows_it(path: Path) -> None:
    expected = _expected(path)
    page = read_page(path.read_bytes(), expected["url"])
    reading = read_column(page, TODAY)
    why = f"{path.name}: {expected['why']}"
    assert str(reading.state) == expected["state"], f"{why} (reason given: {reading.reason})"
    titles = [item.title for item in reading.items]
    assert len(titles) == expected["items"], f"{why} Entries read: {titles}"
    newest = None if reading.newest is None else str(reading.newest)
    assert newest == expected["newest"], f"{why} {[(i.title, i.day, i.pinned) for i in reading.items]}"
    if "first" in expected:
        first = reading.items[0]
        assert {"title": first.title, "url": first.url} == expected["first"], why
    if "newest_latest" in expected:
        assert str(reading.newest_latest) == expected["newest_latest"], why
    if "origin" in expected:
        assert str(reading.origin) == expected["origin"], why
    if "reason" in expected:
        assert expected["reason"] in reading.reason, why
    if "days" in expected:
        assert [str(item.day) for item in reading.items] == expected["days"], why
    assert sum(item.pinned for item in reading.items) == expected.get("pinned", 0), f"{why} pinned rows"
    assert sum(item.future for item in reading.items) == expected.get("future", 0), f"{why} future rows"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_kind_of_a_column_page(path: Path) -> None:
    expected = _expected(path)
    page = read_page(path.read_bytes(), expected["url"])
    if expected["kind"] is not None:  # None: it may be taken for one or the other
        assert str(kind_of(page, TODAY)) == expected["kind"], f"{path.name}: {expected['why']}"


def test_no_list_beside_text_has_more_points_than_an_article_is_measured_by() -> None:
    rows = "".join(
        f"<li><a href='/a/{n}.html'>示例市召开第{n}次会议</a> 2026-11-{n:02}</li>" for n in range(1, 21)
    )
    body = f"<html><body><h2>通知公告</h2><ul>{rows}</ul><div><a href='2.html'>下一页</a></div></body></html>"
    found = main_list(read_page(body.encode(), "http://www.example.gov.cn/tzgg/"), TODAY)
    assert found is not None
    assert found.pager
    assert found.dated == 20
    assert found.points(prose=120) == MOST_POINTS, "kind_of decides without looking at lists by this number"
