"""The frontier: each page once, every limit said."""

from __future__ import annotations

import pytest

from spiders.frontier import Entry, Frontier, canonical, without_session

BASE = "http://www.example.gov.cn"


def frontier(max_pages: int = 1000, depth: int = 4) -> Frontier:
    return Frontier(max_pages=max_pages, depth=depth)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/zwyw/", "/zwyw/index.html"),
        ("/a.jsp;jsessionid=AB12?x=1", "/a.jsp?x=1"),
        ("/a?x=1&y=2", "/a?y=2&x=1"),
        ("/a?x=1&_=1732", "/a?x=1"),
        ("/a?sid=9", "/a"),
    ],
)
def test_spellings_of_one_page(one: str, other: str) -> None:
    assert canonical(BASE + one) == canonical(BASE + other)


def test_scheme_and_www_name_one_page() -> None:
    assert canonical("http://www.example.gov.cn/a") == canonical("https://example.gov.cn/a")


@pytest.mark.parametrize(
    ("one", "other"), [("/a", "/b"), ("/a?x=1", "/a?x=2"), ("/a/", "/a/b/"), ("/A", "/a")]
)
def test_different_pages(one: str, other: str) -> None:
    assert canonical(BASE + one) != canonical(BASE + other)


def test_only_session_parameters_are_taken_for_nothing() -> None:
    assert without_session(f"{BASE}/zwyw/index.html") == f"{BASE}/zwyw/index.html", (
        "an index file may be dead where its folder lives: it has to be asked itself"
    )


def test_each_page_once_in_order() -> None:
    queue = frontier()
    assert queue.add(Entry(f"{BASE}/a", 1))
    assert queue.add(Entry(f"{BASE}/b", 1))
    assert not queue.add(Entry(f"{BASE}/a?sid=1", 1))
    queue.claim(f"{BASE}/c")
    assert not queue.add(Entry(f"{BASE}/c", 1))
    assert [entry.url for entry in iter(queue.take, None)] == [f"{BASE}/a", f"{BASE}/b"]


def test_limits_are_said_and_not_silent() -> None:
    queue = frontier(max_pages=2, depth=1)
    queue.add(Entry(f"{BASE}/a", 1))
    queue.add(Entry(f"{BASE}/deep", 2))
    queue.add(Entry(f"{BASE}/b", 1))
    queue.add(Entry(f"{BASE}/c", 1))
    said = "".join(queue.limits_hit())
    assert "上限（2个），另有1个" in said
    assert "上限（1层），另有1个" in said
    assert queue.left_out == {f"{BASE}/deep", f"{BASE}/c"}


def test_what_is_reached_another_way_was_not_cut() -> None:
    queue = frontier(depth=1)
    queue.add(Entry(f"{BASE}/a", 2))
    queue.add(Entry(f"{BASE}/a", 1))
    assert queue.limits_hit() == []
    assert queue.left_out == set()


def test_calendar_and_growing_paths_end() -> None:
    queue = frontier()
    for month in range(1000):
        queue.add(Entry(f"{BASE}/calendar.jsp?m={month}", 1))
    queue.add(Entry(f"{BASE}/a/b/a/b/a/b/a/b/", 1))
    queue.add(Entry(BASE + "/x" * 30, 1))
    assert queue.waiting == 60, "the limit of days and orders, and not nothing"
    assert "陷阱" in "".join(queue.limits_hit())


def test_articles_addressed_by_query_are_all_read() -> None:
    """`info.jsp?id=…` is how many sites name their articles: no trap, however many there are."""
    queue = frontier(max_pages=5000)
    for number in range(900):
        list_page = f"{BASE}/list.jsp?cid=3&page={number // 20}"
        queue.add(Entry(f"{BASE}/info.jsp?id={number}", 2, list_page))
        queue.add(
            Entry(f"{BASE}/index.php?m=content&a=show&id={number}", 2, f"{BASE}/index.php?m=content&a=lists")
        )
    assert queue.waiting == 1800, "articles were taken for a trap"
    assert queue.limits_hit() == []


def test_pages_of_one_form_that_lead_on_without_end_are_cut() -> None:
    queue = frontier(max_pages=50_000, depth=50_000)
    for number in range(5000):
        queue.add(Entry(f"{BASE}/x.jsp?k={number + 1}", number, f"{BASE}/x.jsp?k={number}"))
    assert queue.waiting == 1000, "the limit of one form, and not nothing"
    assert "陷阱" in "".join(queue.limits_hit())


@pytest.mark.parametrize("query", ["m={}", "date=2026-{}", "id=3&order={}", "year={}&a=1"])
def test_days_and_orders_are_few(query: str) -> None:
    queue = frontier()
    for number in range(300):
        queue.add(Entry(f"{BASE}/calendar.jsp?{query.format(number)}", 1, f"{BASE}/"))
    assert queue.waiting <= 60
