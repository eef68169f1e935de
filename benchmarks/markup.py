"""The pages of the measured site as HTML, in the shapes that Chinese government sites have."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from benchmarks.wording import paragraph, sentence

_SIZE = 30_000
"""Bytes of a page, about."""

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
ARTICLE_ASSETS: dict[str, bytes] = {
    "/images/logo.png": base64.b64decode(_PIXEL),
    "/css/site.css": b"body{margin:0;font:14px/1.8 sans-serif}\n",
    "/js/site.js": b"function changeSize(n){document.body.style.fontSize=n+'px'}\n",
}
"""Files that every page uses, by path."""

_STYLE = "\n".join(
    f".box{n} .row{n % 7} a{{color:#{n * 65_537:06x};padding:{n % 9}px;line-height:{20 + n % 8}px}}"
    for n in range(26)
)
_SCRIPT = "\n".join(f"var panel{n} = {{id: 'box{n}', wide: {n * 7}, shown: true}};" for n in range(18))


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list: where it leads, what it says, and of which day it is."""

    path: str
    title: str
    day: date | None


def listing(
    name: str,
    menu: Sequence[tuple[str, str]],
    rows: Sequence[Row],
    pager: Iterable[tuple[str, str]],
    chance: random.Random,
) -> str:
    """A list page, or the home page: entries with their dates and what each is about."""
    entries = [
        f'<li class="row{n % 7}"><span class="date">{row.day or ""}</span>'
        f'<a href="{row.path}" target="_blank" title="{escape(row.title)}">{escape(row.title)}</a>'
        for n, row in enumerate(rows)
    ]
    metas = "\n".join(
        f'<meta name="{each}" content="{escape(name)}">' for each in ("ColumnName", "ColumnType")
    )
    pages = "".join(f'<a href="{path}">{text}</a> ' for path, text in pager)
    frame = _frame(name, metas, menu, "")
    room = _SIZE - len(frame.encode()) - sum(len(entry.encode()) for entry in entries)
    each = max(0, room // max(len(entries), 1) - 60)
    for at, entry in enumerate(entries):
        entries[at] = f'{entry}<p class="summary">{_cut(chance, each)}</p></li>'
    body = (
        f'<div class="position">当前位置：{escape(name)}</div>\n<h2>{escape(name)}</h2>\n'
        f'<ul class="list">\n{chr(10).join(entries)}\n</ul>\n<div class="pager">{pages}</div>'
    )
    return _frame(name, metas, menu, body)


def article(
    row: Row,
    column: str,
    menu: Sequence[tuple[str, str]],
    related: Sequence[tuple[str, str]],
    source: str,
    chance: random.Random,
) -> str:
    """An article with its date, its source and what else to read."""
    shown = f"{row.day} 09:30" if row.day else ""
    metas = "\n".join(
        f'<meta name="{name}" content="{escape(content)}">'
        for name, content in (
            ("ArticleTitle", row.title),
            ("PubDate", shown),
            ("ContentSource", source),
            ("ColumnName", column),
        )
    )
    links = "\n".join(
        f'<li class="row{n % 7}"><i class="dot"></i><a href="{path}" target="_blank" title="{escape(text)}">'
        f"{escape(text)}</a></li>"
        for n, (path, text) in enumerate(related)
    )
    label = f"来源：{source}" if source else ""
    head = (
        f'<div class="position">当前位置：{escape(column)} &gt; 正文</div>\n<h1>{escape(row.title)}</h1>\n'
        f'<div class="info"><span>发布时间：{shown}</span> <span>{label}</span> '
        '<span>字体：大 中 小</span></div>\n<div class="text">'
    )
    tail = f'</div>\n<div class="related"><h3>相关信息</h3>\n<ul>\n{links}\n</ul></div>'
    room = _SIZE - len(_frame(row.title, metas, menu, head + tail).encode())
    return _frame(row.title, metas, menu, head + _text(chance, room) + tail)


# ---------------------------------------------------------------------------------------------
# Below: how it is done.


def _frame(title: str, metas: str, menu: Sequence[tuple[str, str]], body: str) -> str:
    links = "\n".join(
        f'<li class="level1" id="menu_{n}"><span class="ico"></span><a class="menu_link" href="{path}" '
        f'target="_self" title="{escape(text)}" onmouseover="changeSize(14)">{escape(text)}</a></li>'
        for n, (path, text) in enumerate(menu)
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<title>{escape(title)}_示例市人民政府</title>
<meta name="SiteName" content="示例市人民政府">
{metas}
<link rel="stylesheet" href="/css/site.css">
<style>{_STYLE}</style>
<script src="/js/site.js"></script>
<script>{_SCRIPT}</script>
</head><body>
<div class="top"><img src="/images/logo.png" alt="示例市人民政府"></div>
<div class="menu"><ul>
{links}
</ul></div>
<div class="main">
{body}
</div>
<div class="foot"><p>主办：示例市人民政府办公室 网站标识码：1505000001</p></div>
</body></html>
"""


def _text(chance: random.Random, room: int) -> str:
    """Paragraphs of so many bytes, with the marks that pasting from a word processor leaves: most of them."""
    parts: list[str] = []
    while room > 0:
        spans = "".join(
            '<span style="font-family:宋体;font-size:16px;color:rgb(51,51,51);letter-spacing:0px">'
            f'<span lang="EN-US" style="mso-spacerun:yes"> </span>{part}</span>'
            for part in (sentence(chance) for _ in range(chance.randint(2, 4)))
        )
        part = f'<p class="MsoNormal" style="text-indent:2em;line-height:150%;margin:0 0 10px">{spans}</p>\n'
        parts.append(part)
        room -= len(part.encode())
    return "".join(parts)


def _cut(chance: random.Random, room: int) -> str:
    """Text of at most so many bytes."""
    text = ""
    while len(text) * 3 < room:
        text += paragraph(chance)
    return text[: max(room, 0) // 3]
