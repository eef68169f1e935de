"""A site, a day and a profile for judging; readings are made in each test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from govcrawl.model import Column, ColumnType, Context, LinkTarget, LinkVerdict, Site, Try, Verdict
from govcrawl.rules import load_profile

TODAY = date(2026, 11, 25)
HOME = "http://www.example.gov.cn/"


@pytest.fixture(scope="session")
def ctx() -> Context:
    site = Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME)
    return Context(site=site, profile=load_profile("tongliao-2023"), today=TODAY)


@pytest.fixture
def column_ctx(ctx: Context) -> Callable[..., Context]:
    """A context for one column: `column_ctx(type, confirmed=False …)`."""

    def make(kind: ColumnType = ColumnType.NEWS, **facts: Any) -> Context:
        facts = {"name": "示例要闻", "url": HOME + "zwyw/"} | facts
        column = Column(type=kind, **facts)
        return replace(ctx, site=replace(ctx.site, columns=(column,)), page_column=column)

    return make


@pytest.fixture
def target() -> Callable[..., LinkTarget]:
    def make(url: str, **facts: Any) -> LinkTarget:
        base: dict[str, Any] = {
            "text": "相关链接",
            "element": "a",
            "page": HOME,
            "external": True,
            "third_party": True,
            "occurrences": 1,
            "on_home": True,
        }
        return LinkTarget(url=url, **(base | facts))

    return make


@pytest.fixture
def verdict() -> Callable[..., LinkVerdict]:
    """A verdict with two tries, two minutes apart."""

    def make(url: str, what: Verdict = Verdict.OK, **facts: Any) -> LinkVerdict:
        first = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
        tries = tuple(
            Try(method="GET", status=facts.get("status"), error=facts.get("cause"), ms=9, at=at)
            for at in (first, first + timedelta(seconds=120))
        )
        return LinkVerdict(url=url, verdict=what, tries=tries, **facts)

    return make
