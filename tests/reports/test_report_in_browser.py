"""The papers in headless Chromium: nothing runs over the edge, nothing is asked, nothing complains."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import hostile
import paper_kinds
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from samples import (
    NOW,
    OFFICE,
    PROFILE,
    REGISTRY,
    RULES,
    Sample,
    findings,
    link,
    monthly,
    quarterly,
    write,
)

from govcrawl.model import Notice, NoticeItem, PublishedArticle, Submission
from reports.adoption import AdoptionNotice, adoption_of
from reports.documents import write_adoption, write_monthly, write_quarterly, write_weekly
from reports.notices import paper_of
from reports.periods import Month
from reports.rendering import render

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = (
    *("weekly", "site", "empty", "many", "long", "marked"),
    *("monthly", "monthly-long", "quarterly", "quarterly-long"),
    *("monthly-charts", "quarterly-charts", "mail", "mail-long", "adoption", "adoption-long"),
)
WIDTHS = (360, 800, 1280)
A4 = 665
"""Pixels between the margins of the printed page (210 less 2 × 17 mm)."""
OVER = """() => {
  const edge = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > edge + 1)
    .filter(e => getComputedStyle(e).clipPath === "none" && !e.closest("thead"))
    .slice(0, 5).map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("papers")
    weekly, _, site = write(folder)
    found = {"weekly": weekly, "site": site}
    many = [link(n, "http", 404, target=f"http://a.example.org/{n}") for n in range(300)]
    samples = {
        "empty": Sample(runs=[], findings=[], before=[]),
        "many": Sample(findings=many),
        "long": hostile.sample("x" * 10_000),
        "marked": hostile.sample("<b>\u202eabc{{ 1 }}" + "长" * 400),
    }
    for name, sample in samples.items():
        found[name] = write_weekly(sample.inspect(), folder / name)[0]
    for name, records in (("quarterly", findings()), ("quarterly-long", hostile.records("x" * 10_000))):
        found[name] = write_quarterly(quarterly(records), folder / name)[0]
    for name, records in (("monthly", findings()), ("monthly-long", hostile.records("x" * 10_000))):
        found[name] = write_monthly(monthly(records), folder / name)[0]
    for kind in ("monthly", "quarterly"):
        found[f"{kind}-charts"] = paper_kinds.write(kind, findings(), folder / kind)[".html"]
    for name, text in (("adoption", "市教育局"), ("adoption-long", "x" * 10_000)):
        found[name] = write_adoption(_adoption(text), folder / name)[0]
    due = datetime(2026, 12, 1, 16, tzinfo=UTC)
    for name, records in (("mail", findings()), ("mail-long", hostile.records("x" * 10_000))):
        told = Notice(
            number="2026-012",
            unit="zfb",
            issued=NOW,
            items=tuple(NoticeItem(fingerprint=r.fingerprint, deadline=due) for r in records),
        )
        paper = paper_of(told, records, registry=REGISTRY, rules=RULES, office=OFFICE, basis=PROFILE.basis)
        found[name] = folder / f"{name}.html"
        found[name].write_text(
            render("notice_mail.html", {"paper": paper, "office": OFFICE}), encoding="utf-8"
        )
    return found


def _adoption(source: str) -> AdoptionNotice:
    """A month in which each unit submitted something, and the portal published articles of that source."""
    day = date(2026, 11, 10)
    articles = [
        PublishedArticle(
            site="portal",
            url=f"http://www.example.gov.cn/{number}.html",
            title=source,
            published=day,
            source=source,
            reprint=False,
            first_seen=NOW,
        )
        for number in range(3)
    ]
    return adoption_of(
        month=Month(2026, 11),
        office=OFFICE,
        registry=REGISTRY,
        articles=articles,
        submissions=[Submission(unit=unit.id, title=source, submitted=day) for unit in REGISTRY.units],
        runs=[],
        profile=PROFILE,
        now=NOW,
    )


def visit(browser: Browser, path: Path, width: int, asked: list[str], **options) -> Page:
    """The paper in a page of that width; what it asks for or complains of is put into `asked`."""
    page = browser.new_page(viewport={"width": width, "height": 800}, **options)
    page.on("console", lambda message: asked.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    page.on("dialog", lambda dialog: asked.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    asked.remove(path.as_uri())
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_over_the_edge(browser, papers, name, width):
    asked: list[str] = []
    page = visit(browser, papers[name], width, asked)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{name} is {overflow} px too wide at {width} px: {page.evaluate(OVER)}"
    assert page.evaluate(OVER) == []
    assert asked == [], "the paper asked for something or complained"
    page.close()


def test_what_is_folded_on_the_screen_is_open_on_paper(browser, papers):
    page = visit(browser, papers["weekly"], 800, [])
    if not page.evaluate("CSS.supports('selector(details::details-content)')"):
        pytest.skip("this browser is older than ::details-content")
    snippet = page.locator("details pre").first
    assert not snippet.is_visible()
    page.emulate_media(media="print")
    assert snippet.is_visible()
    assert not page.locator("details summary").first.is_visible()
    page.close()


@pytest.mark.parametrize("name", ["weekly", "site", "monthly-charts", "quarterly-charts", "empty"])
def test_dark_mode_keeps_text_readable(browser, papers, name):
    """Every text has a contrast of 4.5 to 1 with what lies behind it (WCAG 2.1, 1.4.3), light and dark."""
    for scheme in ("light", "dark"):
        asked: list[str] = []
        page = visit(browser, papers[name], 1280, asked, color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], f"{name}: too little contrast in the {scheme} scheme"
        assert asked == [], f"{name} asked for something or complained in the {scheme} scheme"
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_paper_holds_it_all(browser, papers, name, scheme):
    """Printed on A4, also from a dark screen: nothing beyond the edge, and black on white."""
    page = visit(browser, papers[name], A4, [], color_scheme=scheme)
    page.emulate_media(media="print", color_scheme=scheme)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{name} is {over} px too wide on paper: {page.evaluate(OVER)}"
    assert page.evaluate(CONTRAST) == [], f"{name} can't be read on paper"
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)"), f"{name} prints its dark scheme"
    page.close()


def test_bars_are_told_apart_without_colour(browser, papers):
    """What is solid and what is hatched differs by pattern, on the screen and in grey print."""
    for name in ("weekly", "monthly-charts", "quarterly-charts"):
        page = visit(browser, papers[name], 800, [])
        page.emulate_media(media="print")
        fills = {
            kind: set(
                page.locator(f"rect.{kind}").evaluate_all("all => all.map(r => getComputedStyle(r).fill)")
            )
            for kind in ("solid", "hatched")
        }
        assert fills["solid"], f"{name} has no bar"
        assert all("url(" in fill for fill in fills["hatched"]), fills
        assert not any("url(" in fill for fill in fills["solid"]), fills
        widths = page.locator("svg.bar").evaluate_all(
            "bars => bars.map(b => b.getBoundingClientRect().width)"
        )
        assert min(widths) > 60, f"{name}: bars of {min(widths)} px say nothing"
        numbers = page.locator(".chart td.n").count()
        assert numbers, f"{name}: the chart has no table"
        page.close()


CONTRAST = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const l = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.getClientRects().length || e.closest("svg")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""
