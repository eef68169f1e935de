"""The measured site: N pages of about 30 kB with 60 links each, 2 % of the addresses dead, some slow.

Home page, columns with dated lists over several pages, articles with date and source: the shapes that an
inspection reads. The same number of pages and the same day give the same site, byte for byte.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.markup import ARTICLE_ASSETS, Row, article, listing
from benchmarks.wording import COLUMNS, SOURCES, title

NAVIGATION = 30
"""Links of the menu: the home page and 29 columns."""
OTHERS = 30
"""Further links of a page."""
SLOW = "_slow.html"
"""How the address of a page ends that the server sends slowly (about one second)."""

_ROWS = 26
"""Entries of a list page; the pager takes the other four links."""
_DEAD_SHARE = 0.02
_PLACES = 3
"""Articles in which each dead address stands."""
_SLOW_EVERY = 200
_STALE_EVERY = 10
"""One column in so many is long out of date, so that there is something to find."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: folder, list pages (the first is the folder itself), and articles, newest first."""

    folder: str
    name: str
    type: str
    lists: tuple[str, ...]
    articles: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the site holds: the truth that reports of dead links are held against. All are paths."""

    pages: tuple[str, ...]
    dead: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def slow(self) -> tuple[str, ...]:
        """Pages that are sent slowly."""
        return tuple(path for path in self.pages if path.endswith(SLOW))


def plan(pages: int, today: date) -> Plan:
    """Lay out a site of exactly so many pages. `today` is the day of the newest article.

    Raises:
        ValueError: fewer than one page.
    """
    if pages < 1:
        raise ValueError("a site has at least one page")
    chance = random.Random(pages)
    number = min(len(COLUMNS), (pages - 1) // 3)
    columns = []
    for at in range(number):
        share = (pages - 1) // number + (at < (pages - 1) % number)
        columns.append(_column(at, share, today, chance))
    paths = ["/"]
    for column in columns:
        paths += [*column.lists, *(row.path for row in column.articles)]
    # Too few pages for a column with a list: articles that hang on the home page.
    paths += [f"/single/{n}.html" for n in range(pages - len(paths))]
    dead = round(pages * _DEAD_SHARE) if columns else 0
    return Plan(
        pages=tuple(paths),
        dead=tuple(f"{columns[n % number].folder}lost_{n:05}.html" for n in range(dead)),
        columns=tuple(columns),
    )


def write(site: Plan, folder: Path) -> None:
    """Write all files of the site into an empty folder."""
    for path, body in ARTICLE_ASSETS.items():
        _put(folder, path, body)
    menu = [("/", "首页"), *((column.folder, column.name) for column in site.columns)]
    everything = [row for column in site.columns for row in column.articles]
    chance = random.Random(len(site.pages))
    planted = _planted(site, everything, chance)
    single = [path for path in site.pages if path.startswith("/single/")]
    front = [row for column in site.columns for row in column.articles[:2]][:OTHERS]
    links = [Row(path, "示例单页", None) for path in single]
    _put(folder, "/", listing("示例市人民政府", menu, front + links, [], chance))
    for path in single:
        _put(folder, path, article(Row(path, "示例单页", None), "", menu, [], SOURCES[0], chance))
    for column in site.columns:
        for at, path in enumerate(column.lists):
            rows = list(column.articles[at * _ROWS : (at + 1) * _ROWS])
            _put(folder, path, listing(column.name, menu, rows, _pager(column.lists, at), chance))
        for row in column.articles:
            related = [(each, "相关链接") for each in planted.get(row.path, ())]
            while len(related) < OTHERS:
                other = chance.choice(everything if len(related) % 2 else column.articles)
                related.append((other.path, other.title))
            page = article(row, column.name, menu, related, _source(chance), chance)
            _put(folder, row.path, page)


def registry(site: Plan, host: str) -> str:
    """The site as an office registers it: `registry.yaml` with all its columns."""
    lines = [
        "units:",
        "  - {id: zfb, name: 示例市人民政府办公室, kind: 市政府}",
        "sites:",
        f"  - {{id: bench, name: 示例市人民政府, unit: zfb, kind: 门户网站, url: 'http://{host}/',",
        "     columns: [",
    ]
    lines += [
        f"      {{name: {column.name}, url: 'http://{host}{column.folder}', type: {column.type}}},"
        for column in site.columns
    ]
    return "\n".join([*lines, "    ]}", ""])


# ---------------------------------------------------------------------------------------------
# Below: how it is done.


def _column(at: int, share: int, today: date, chance: random.Random) -> Column:
    folder, name, type_ = COLUMNS[at]
    root = f"/{folder}/"
    lists = max(1, -(-share // (_ROWS + 1)))
    newest = today - timedelta(days=1000 if at % _STALE_EVERY == _STALE_EVERY - 1 else at % 3)
    articles = []
    for n in range(share - lists):
        day = newest - timedelta(days=n)
        ending = SLOW if (at + n * len(COLUMNS)) % _SLOW_EVERY == 7 else ".html"
        articles.append(Row(f"{root}{day:%Y%m}/t{day:%Y%m%d}_{at:02}{n:06}{ending}", title(chance), day))
    pages = (root, *(f"{root}index_{n}.html" for n in range(1, lists)))
    return Column(root, name, type_, pages, tuple(articles))


def _planted(site: Plan, everything: list[Row], chance: random.Random) -> dict[str, list[str]]:
    """Which dead addresses stand in which article: each in some, so that none goes unseen."""
    planted: dict[str, list[str]] = {}
    for path in site.dead:
        for row in chance.sample(everything, min(_PLACES, len(everything))):
            planted.setdefault(row.path, []).append(path)
    return planted


def _pager(lists: tuple[str, ...], at: int) -> list[tuple[str, str]]:
    steps = ((0, "首页"), (max(at - 1, 0), "上一页"), (min(at + 1, len(lists) - 1), "下一页"), (-1, "尾页"))
    return [(lists[to], text) for to, text in steps]


def _source(chance: random.Random) -> str:
    """Mostly a named source; now and then one that says nothing, or none."""
    dice = chance.random()
    return "" if dice < 0.02 else "网络" if dice < 0.03 else chance.choice(SOURCES)


def _put(folder: Path, path: str, body: str | bytes) -> None:
    name = path.removeprefix("/")
    file = folder / (f"{name}index.html" if not name or name.endswith("/") else name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body.encode() if isinstance(body, str) else body)
