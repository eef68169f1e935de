"""Further pages of lists in a crawl: those that a script links to, those that count backwards, and no end."""

from __future__ import annotations

from tests.spiders.conftest import HOME, Office, article, listing, row

COLUMN = HOME + "zwyw/"


def _titles(first: int, last: int) -> dict[int, str]:
    return {number: f"市政府召开第{number}次常务会议研究工作" for number in range(first, last + 1)}


def _fill(office: Office, address: str, first: int, last: int, pager: str) -> None:
    """A page of the list with its articles, and what stands below it."""
    titles = _titles(first, last)
    rows = "".join(row(f"/zwyw/{number}.html", title, "2026-11-20") for number, title in titles.items())
    office.site.pages[address] = listing("示例要闻", rows).replace("</body>", f"{pager}</body>")
    office.site.pages |= {f"{COLUMN}{number}.html": article(title) for number, title in titles.items()}


def _asked(office: Office) -> list[str]:
    return [url for url, _ in office.site.asked]


def test_pages_that_only_a_script_links_to_are_read_once_each(office: Office) -> None:
    for number, address in enumerate((COLUMN, f"{COLUMN}index_1.html", f"{COLUMN}index_2.html")):
        pager = f'<div><script>createPageHTML(3, {number}, "index", "html");</script></div>'
        _fill(office, address, number * 4 + 1, number * 4 + 4, pager)
    office.inspect()
    asked = _asked(office)
    for number in range(1, 13):
        assert asked.count(f"{COLUMN}{number}.html") == 1, f"article {number} of its page of the list"
    assert [asked.count(f"{COLUMN}index_{number}.html") for number in (1, 2, 3)] == [1, 1, 0]
    office.inspect(night=1)
    again = [url for url in _asked(office) if url in office.site.pages]
    assert sorted(again) == sorted(url for url in asked if url in office.site.pages), "a second night too"


def test_a_page_that_only_the_pager_names_is_nobody_s_dead_link(office: Office) -> None:
    _fill(office, COLUMN, 1, 4, '<script>createPageHTML(3, 0, "index", "html");</script>')
    office.inspect()
    assert (f"{COLUMN}index_1.html", 404) in office.site.asked, "it was looked for"
    told = [record.target for record in office.store.findings() if record.rule == "link-broken"]
    assert f"{COLUMN}index_1.html" not in told


def test_pages_that_count_backwards_are_followed_by_their_links(office: Office) -> None:
    below = "<a href='/zwyw/2.htm'>下页</a><a href='/zwyw/1.htm'>尾页</a>"
    _fill(office, COLUMN, 1, 4, f"<div>共12条 1/3 {below}</div>")
    _fill(
        office,
        f"{COLUMN}2.htm",
        5,
        8,
        "<div>2/3 <a href='/zwyw/'>首页</a><a href='/zwyw/1.htm'>下页</a></div>",
    )
    _fill(office, f"{COLUMN}1.htm", 9, 12, "<div>3/3 <a href='/zwyw/2.htm'>上页</a></div>")
    office.inspect()
    asked = _asked(office)
    assert [asked.count(f"{COLUMN}{number}.html") for number in range(1, 13)] == [1] * 12


def test_a_pager_without_end_ends_at_the_limit_of_depth(office: Office) -> None:
    for number in range(1, 40):
        pager = f"<a href='/zwyw/list_{number + 1}.html'>下一页</a>"
        _fill(office, COLUMN if number == 1 else f"{COLUMN}list_{number}.html", 1, 4, pager)
    office.inspect(depth=5)
    deepest = max(int(url.rsplit("_", 1)[1][:-5]) for url in _asked(office) if "list_" in url)
    assert deepest <= 6
