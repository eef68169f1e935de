"""A link in a template is one finding with all its places; what is good is not asked again for a day."""

from __future__ import annotations

from tests.spiders.conftest import HOME, Office, article, listing, row

GONE = "http://gone.example.org/x.html"
GOOD = "http://good.example.org/"
FOOTER = f"<div class='footer'><a href='{GONE}'>友情链接</a></div></body>"


def test_a_dead_link_of_a_template_is_one_finding_with_the_home_page_first(office: Office) -> None:
    titles = {number: f"市政府召开第{number}次常务会议研究工作" for number in range(1, 121)}
    rows = "".join(row(f"/zwyw/{number}.html", title, "2026-11-20") for number, title in titles.items())
    office.site.pages = {
        HOME: listing("示例市人民政府", row("/zwyw/", "示例要闻", "") + rows),
        f"{HOME}zwyw/": listing("示例要闻", rows),
        **{f"{HOME}zwyw/{number}.html": article(title) for number, title in titles.items()},
    }
    for url, page in office.site.pages.items():
        office.site.pages[url] = page.replace("</body>", FOOTER)
    office.inspect()
    (found,) = [record for record in office.store.findings() if record.target == GONE]
    assert found.occurrences == 122, "the home page, the list and each article"
    assert (found.page, found.on_home, found.external) == (HOME, True, True)
    assert len(found.more_pages) == 20, "so many further pages are named"
    assert HOME not in found.more_pages


def test_a_good_outside_link_is_asked_again_after_a_day_and_a_failing_one_each_night(office: Office) -> None:
    office.site.pages[GOOD] = article("别处的文章")
    links = f"<p><a href='{GOOD}'>好的</a><a href='{GONE}'>坏的</a></p>"
    office.site.pages[f"{HOME}zwyw/3.html"] = article("市政府召开第3次常务会议研究工作", more=links)
    asked = []
    office.crawl["link_fresh_hours"] = 36
    for night in (0, 1, 2):
        office.inspect(night=night)
        asked.append((len(office.site.statuses(GOOD)) > 0, len(office.site.statuses(GONE)) > 0))
    assert asked == [(True, True), (False, True), (True, True)]
