"""How long reading takes beside parsing: `python tests/speed.py`, as ratios to `lxml.html.fromstring`.

Medians over saved pages where they are, else over the fixtures. Each part is timed on a page that was freshly
read, best of several, so that other work on the machine weighs little. Parts that build on each other are
timed together: what stands in the last row is what a crawler pays for a page.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from corpus import TODAY, corpus_folder, saved_pages
from lxml import html

from govcrawl.pages import Page, kind_of, read_article, read_column, read_page

REPEATS = 7
LONGEST = 150_000
"""Bytes of the pages that are timed: portals of news media are longer, government pages are not."""
URL = "http://www.example.gov.cn/zwgk/index.html"


def bodies() -> list[bytes]:
    folder = corpus_folder()
    if folder is not None:
        pages = [saved.body for saved in saved_pages(folder)]
    else:
        pages = [
            path.read_bytes() for path in (Path(__file__).parent / "fixtures" / "reading").glob("*/*.html")
        ]
    return [body for body in pages if 1000 < len(body) < LONGEST]


def best(prepare: Callable[[], Page], read: Callable[[Page], object]) -> float:
    """Seconds of the fastest of several runs, each on a fresh page."""
    shortest = float("inf")
    for _ in range(REPEATS):
        page = prepare()
        start = time.perf_counter()
        read(page)
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def times(body: bytes) -> dict[str, float]:
    """Seconds for each part, `parse` for lxml alone."""
    fresh = read_page(body, URL)
    text = fresh.source.encode()
    spent = {
        "parse": best(lambda: fresh, lambda _: html.fromstring(text)),
        "decode and parse": best(lambda: fresh, lambda _: read_page(body, URL)),
    }
    return spent | {name: best(lambda: read_page(body, URL), read) for name, read in PARTS.items()}


def whole(page: Page) -> None:
    """What a crawl reads of each page."""
    _ = page.links
    kind_of(page, TODAY)
    read_column(page, TODAY)
    read_article(page, today=TODAY)


PARTS: dict[str, Callable[[Page], object]] = {
    "links": lambda page: page.links,
    "visible text": lambda page: page.text,
    "kind and list": lambda page: (kind_of(page, TODAY), read_column(page, TODAY)),
    "article": lambda page: read_article(page, today=TODAY),
    "all of it": whole,
}


def main() -> None:
    table = [times(body) for body in bodies()]
    parse = statistics.median(spent["parse"] for spent in table)
    print(f"{len(table)} pages; lxml.html.fromstring takes {parse * 1e3:.2f} ms (median)")
    for name in table[0]:
        ratios = sorted(spent[name] / spent["parse"] for spent in table)
        tenth = ratios[int(len(ratios) * 0.9)]
        print(f"{name:18}{statistics.median(ratios):6.2f} times that; nine of ten pages below {tenth:.1f}")


if __name__ == "__main__":
    main()
