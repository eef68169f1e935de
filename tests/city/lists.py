"""How a column shows its entries: the forms that content systems write, each of our own making."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a list."""

    title: str
    href: str
    day: date | None
    pinned: bool = False


def render(shape: str, rows: Sequence[Row], today: date) -> str:
    """The main list of a column page in one of the shapes of `specs.Column`."""
    return _relative(rows, today) if shape == "relative" else _SHAPES[shape](rows)


def as_json(rows: Sequence[Row]) -> list[dict[str, str]]:
    """What the interface behind a script-made list gives."""
    return [
        {"title": row.title, "url": row.href, "date": "" if row.day is None else row.day.isoformat()}
        for row in rows
    ]


def script_made(interface: str) -> str:
    """A list that a script asks for and draws; where the interface fails, the frame stays empty."""
    return (
        '<ul class="list" id="newsList"></ul><p id="tip">数据加载中…</p><script>'
        f"fetch({json.dumps(interface)}).then(function(r){{return r.json()}}).then(function(rows){{"
        "var h='';rows.forEach(function(r){"
        "h+='<li><a href=\"'+r.url+'\">'+r.title+'</a><span>'+r.date+'</span></li>'});"
        "document.getElementById('newsList').innerHTML=h;document.getElementById('tip').style.display='none'})</script>"
    )


def _mark(row: Row) -> str:
    return '<em class="zd">[置顶]</em>' if row.pinned else ""


def _link(row: Row, inner: str = "") -> str:
    title = escape(row.title)
    cut = title if len(row.title) < 26 else escape(row.title[:24]) + "…"
    return f'<a href="{escape(row.href)}" title="{title}" target="_blank">{inner or cut}</a>'


def _ul(write: Callable[[date], str], bracket: str = "{}") -> Callable[[Sequence[Row]], str]:
    def shape(rows: Sequence[Row]) -> str:
        items = "\n".join(
            f"<li>{_mark(row)}{_link(row)}"
            + (f'<span class="date">{bracket.format(write(row.day))}</span>' if row.day else "")
            + "</li>"
            for row in rows
        )
        return f'<ul class="list">\n{items}\n</ul>'

    return shape


def _iso(day: date) -> str:
    return day.isoformat()


def _slashes(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month_day(day: date) -> str:
    return f"{day:%m-%d}"


def _short(day: date) -> str:
    return f"{day:%y-%m-%d}"


def _detailed(day: date) -> str:
    return f"(发布时间：{day.isoformat()} 10:{day.day:02d}:11 阅读次数：{day.day * 13})"


def _relative(rows: Sequence[Row], today: date) -> str:
    words = {0: "今天", 1: "昨天", 2: "2天前", 3: "3天前"}
    return _ul(lambda day: words.get((today - day).days, day.isoformat()))(rows)


def _before(rows: Sequence[Row]) -> str:
    items = "\n".join(
        f"<p class='row'>{'' if row.day is None else f'<i>{_iso(row.day)}</i> '}{_mark(row)}{_link(row)}</p>"
        for row in rows
    )
    return f"<div class='lb'>\n{items}\n</div>"


def _groups(rows: Sequence[Row]) -> str:
    """Five rows a block, as some systems do it for a dotted line between them."""
    return "\n<div class='line'></div>\n".join(
        _ul(_iso)(rows[start : start + 5]) for start in range(0, len(rows), 5)
    )


def _twice(rows: Sequence[Row]) -> str:
    """The same rows for a desk and for a phone."""
    return f"<div class='pc'>{_ul(_iso)(rows)}</div><div class='phone'>{_ul(_slashes)(rows)}</div>"


def _table(rows: Sequence[Row]) -> str:
    lines = "\n".join(
        f"<tr><td align='center'>{number}</td><td>{_mark(row)}{_link(row)}</td>"
        f"<td width='110'>{'' if row.day is None else _iso(row.day)}</td></tr>"
        for number, row in enumerate(rows, 1)
    )
    head = "<tr><th>序号</th><th>标题</th><th>日期</th></tr>"
    return f"<table class='wjlb' width='100%'>{head}\n{lines}\n</table>"


def _dl(rows: Sequence[Row]) -> str:
    items = "\n".join(
        f"<dt>{_mark(row)}{_link(row)}</dt><dd>{'' if row.day is None else '发布日期：' + _iso(row.day)}</dd>"
        for row in rows
    )
    return f'<dl class="newslist">\n{items}\n</dl>'


def _blocks(rows: Sequence[Row]) -> str:
    items = "\n".join(
        '<div class="item">'
        + (
            f'<div class="time"><span class="d">{row.day:%d}</span>'
            f'<span class="ym">{row.day:%Y-%m}</span></div>'
            if row.day
            else '<div class="time"></div>'
        )
        + f'<div class="txt"><h4>{_mark(row)}{_link(row)}</h4><p>点击标题查看全文。</p></div></div>'
        for row in rows
    )
    return f'<div class="news-blocks">\n{items}\n</div>'


def _pictures(rows: Sequence[Row]) -> str:
    items = "\n".join(
        '<li class="pic">'
        + _link(
            row,
            f'<img src="/images/pic{number % 3}.png" alt="{escape(row.title)}"><p>{escape(row.title)}</p>',
        )
        + (f"<i>{_iso(row.day)}</i>" if row.day else "")
        + "</li>"
        for number, row in enumerate(rows)
    )
    return f'<ul class="piclist">\n{items}\n</ul>'


def _letters(rows: Sequence[Row]) -> str:
    lines = "\n".join(
        f"<tr><td>SL{20260000 + number}</td><td>{_link(row)}</td><td>已办结</td>"
        f"<td>{'' if row.day is None else _iso(row.day)}</td></tr>"
        for number, row in enumerate(rows, 1)
    )
    head = "<tr><th>编号</th><th>来信标题</th><th>状态</th><th>回复日期</th></tr>"
    return f"<table class='letters'>{head}\n{lines}\n</table>"


def _undated(rows: Sequence[Row]) -> str:
    return '<ul class="leaders">\n' + "\n".join(f"<li>{_link(row)}</li>" for row in rows) + "\n</ul>"


def _island(rows: Sequence[Row]) -> str:
    records = "\n".join(
        f"<record><![CDATA[<li><span class='bt-date'>{'' if row.day is None else _iso(row.day)}</span>"
        f"{_link(row)}</li>]]></record>"
        for row in rows
    )
    return (
        '<div id="1021" class="default_pgContainer"></div>\n<script type="text/xml"><datastore>\n'
        f'<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1"></a>]]></nextgroup>\n'
        f"<recordset>\n{records}\n"
        "</recordset>\n</datastore></script>\n<script src='/js/jpage.js'></script>"
    )


def _empty(_: Sequence[Row]) -> str:
    return '<div class="list"><p class="none">暂无信息</p></div>'


def _empty_count(_: Sequence[Row]) -> str:
    pager = '<div class="page">共0条记录 第1/1页 <a href="#">首页</a> <a href="#">尾页</a></div>'
    return f'<ul class="list"></ul>{pager}'


_SHAPES: dict[str, Callable[[Sequence[Row]], str]] = {
    "ul": _ul(_iso),
    "brackets": _ul(_iso, "[{}]"),
    "slashes": _ul(_slashes),
    "chinese": _ul(_chinese),
    "month-day": _ul(_month_day, "({})"),
    "short": _ul(_short),
    "detailed": _ul(_detailed),
    "before": _before,
    "groups": _groups,
    "twice": _twice,
    "table": _table,
    "dl": _dl,
    "blocks": _blocks,
    "pictures": _pictures,
    "letters": _letters,
    "undated": _undated,
    "island": _island,
    "empty": _empty,
    "empty-count": _empty_count,
}
