"""Any registry goes out and comes in unchanged, as YAML and as a workbook; any text is taken or refused."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govcrawl.model import (
    Account,
    Column,
    ColumnType,
    Registry,
    Site,
    SiteKind,
    SiteStatus,
    Unit,
    UnitKind,
    Version,
)
from govcrawl.registry import RegistryError, from_yaml, merge, read_files, to_yaml, write_workbook
from govcrawl.registry import values as v
from govcrawl.registry.fields import FILINGS
from govcrawl.registry.headings import heading_key
from govcrawl.registry.lookup import name_key
from govcrawl.registry.sheets import Table
from govcrawl.registry.tables import from_tables

_NASTY = "=+-@'\"_x0041_:#&*!|>%,、，；;。{}[]？/\\ 0123abc示例市教育局網站ᠮᠣ𠮷🙂éñ"
_text = st.text(st.sampled_from(_NASTY) | st.characters(codec="utf-8"), min_size=1, max_size=12)
_words = _text.map(v.clean).filter(lambda text: text and not v.is_nothing(text))
_items = _words.filter(lambda text: not set(text) & set(";；"))
_short = _items.filter(lambda text: name_key(text))
_mails = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.gov\.cn", fullmatch=True)
_hosts = st.from_regex(r"[a-z]{1,8}\.example\.gov\.cn(:[1-9][0-9]{1,3})?", fullmatch=True)
_paths = st.from_regex(
    r"/([a-zA-Z0-9_\-]{1,6}/){0,2}([a-z]{1,5}\.(html|jsp)(\?a=[0-9,;]{1,4})?(#/[a-z]{1,3})?)?", fullmatch=True
)
_blank_or = st.just("") | _words
_settings = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _tuples(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


@st.composite
def registries(draw: st.DrawFn) -> Registry:
    names = draw(st.lists(_words, min_size=1, max_size=4, unique_by=name_key))
    units = [
        Unit(
            id=f"u{at}",
            name=name,
            kind=draw(st.sampled_from(UnitKind)),
            short_names=draw(_tuples(_short)),
            parent=f"u{draw(st.integers(0, at - 1))}" if at and draw(st.booleans()) else None,
            emails=draw(_tuples(_mails)),
            cc=draw(_tuples(_mails)),
            contact=draw(_blank_or),
            phone=draw(_blank_or),
        )
        for at, name in enumerate(names)
    ]
    unit_ids = st.sampled_from([unit.id for unit in units])
    sites = [_site(draw, at, unit_ids) for at in range(draw(st.integers(0, 3)))]
    accounts = [
        Account(
            id=f"a{at}",
            unit=draw(unit_ids),
            platform=draw(st.sampled_from(["微信公众号", "微博", "移动客户端"])),
            name=f"{draw(_words)}{at}",
            url=draw(st.none() | _paths.map(lambda path: f"https://x.example.com{path}")),
            status=draw(st.sampled_from(SiteStatus)),
            verified_owner=draw(st.none() | _words),
            filed=draw(st.none() | st.booleans()),
            hosts=draw(_tuples(_hosts)),
            approval_reason=draw(_blank_or),
        )
        for at in range(draw(st.integers(0, 3)))
    ]
    return Registry(units=tuple(units), sites=tuple(sites), accounts=tuple(accounts))


def _site(draw: st.DrawFn, at: int, unit_ids: st.SearchStrategy[str]) -> Site:
    home = f"http://s{at}.example.gov.cn"
    columns = [
        Column(
            name=draw(_words),
            url=f"{home}/c{number}{draw(_paths)}",
            type=draw(st.sampled_from(ColumnType)),
            level=draw(st.integers(1, 9)),
            unit=draw(st.none() | unit_ids),
            confirmed=draw(st.booleans()),
            archived=draw(st.booleans()),
            max_age_days=days,
            reason=draw(_words) if days is not None else "",
        )
        for number in range(draw(st.integers(0, 3)))
        for days in [draw(st.none() | st.integers(1, 3660))]
    ]
    versions = st.builds(
        Version,
        url=_paths.map(lambda path: f"{home}{path}"),
        lang=st.sampled_from(["zh", "mn", "en", "zh-Hant"]),
        kind=st.sampled_from(v.VERSION_KINDS),
    )
    filed = st.fixed_dictionaries({}, optional=dict.fromkeys(FILINGS, _words))
    prefixes = _tuples(_paths.map(lambda path: f"{home}/p{path}"))
    return Site(
        id=f"s{at}",
        name=draw(_words),
        unit=draw(unit_ids),
        url=f"{home}/",
        kind=draw(st.sampled_from(SiteKind)),
        code=draw(st.sampled_from(["", f"150000000{at}", f"050000000{at}", f"bm0100000{at}"])),
        status=draw(st.sampled_from(SiteStatus)),
        scope=tuple(dict.fromkeys(draw(prefixes))),
        exclude=draw(prefixes),
        aliases=draw(_tuples(_hosts)),
        versions=draw(_tuples(versions)),
        platform=draw(st.none() | _words),
        filings={key: value for key in FILINGS for value in [draw(filed).get(key)] if value},
        former_urls=draw(prefixes),
        columns=tuple(columns),
        approval_reason=draw(_blank_or),
    )


@given(registries())
@_settings
def test_yaml_gives_the_same_registry(registry: Registry) -> None:
    text = to_yaml(registry)
    assert merge(Registry(), from_yaml(text)).result == registry
    again = merge(registry, from_yaml(text))
    assert again.empty, again.lines()
    assert not again.missing, again.lines()


@given(registries())
@settings(_settings, max_examples=25)
def test_a_workbook_gives_the_same_registry(registry: Registry) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_workbook(registry, path)
        incoming = read_files([path])
    made = merge(Registry(), incoming)
    assert made.result == registry
    assert made.notes == ()


@given(
    st.text(
        st.sampled_from("units:sites accounts -{}[],\"'\n\t#&*!|>%@`idname: ") | st.characters(), max_size=200
    )
)
@settings(max_examples=200, deadline=None)
def test_any_text_as_yaml_is_taken_or_refused(text: str) -> None:
    with contextlib.suppress(RegistryError):
        merge(Registry(), from_yaml(text))


_cells = st.sampled_from(
    ["", "单位名称", "首页网址", "网站名称", "栏目名称", "栏目网址", "账号名称", "平台", "类型"]
)


@given(
    st.sampled_from(["单位", "网站", "栏目", "账号", "Sheet1"]),
    st.lists(st.lists(_cells | _text | st.text(max_size=5), max_size=6), max_size=8),
)
@settings(max_examples=200, deadline=None)
def test_any_sheet_is_taken_or_refused(name: str, rows: list[list[str]]) -> None:
    own = [sum(1 for cell in row if cell.strip()) for row in rows]
    with contextlib.suppress(RegistryError):
        merge(Registry(), from_tables([Table(file="a.xlsx", sheet=name, rows=rows, own=own)]))


@given(st.text(max_size=60))
def test_blanks_width_and_notes_do_not_count_in_a_heading(noise: str) -> None:
    note = "".join(c for c in noise if c.isalnum())
    for written in (
        "首页网址",
        " 首页\n网址 ",
        "首页网址：",
        "*首页网址",
        f"首页网址（{note}）",
        f"首页网址({note})",
    ):
        assert heading_key(written) == "首页网址", written
