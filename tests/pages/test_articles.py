"""Readings of articles: one page of our own for each pattern, its expected reading beside it."""

from __future__ import annotations

import json
import time as clock
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govcrawl.model import ArticleReading, SiteNames
from govcrawl.pages import read_page
from govcrawl.pages.articles import read_article

FOLDER = Path(__file__).parents[1] / "fixtures" / "reading" / "articles"
TODAY = date(2026, 5, 30)
URL = "http://jyj.example.gov.cn/jydt/content_1.html"
CASES = sorted(path.stem for path in FOLDER.glob("*.html"))


def facts(reading: ArticleReading) -> dict[str, Any]:
    """The parts of a reading that a fixture may state."""
    published, source = reading.published, reading.source
    return {
        "published": str(published) if published else None,
        "date_origin": str(published.origin) if published else None,
        "meta_date": str(reading.meta_date) if reading.meta_date else None,
        "source": source.name if source else None,
        "source_origin": str(source.origin) if source else None,
        "meta_source": reading.meta_source,
        "source_label": reading.source_label,
        "source_label_empty": reading.source_label_empty,
        "reprint": reading.reprint,
        "reprint_reason": reading.reprint_reason,
    }


def read(html: str, url: str = URL, **more: Any) -> ArticleReading:
    return read_article(read_page(html.encode(), url, "text/html; charset=utf-8"), today=TODAY, **more)


def test_there_are_fixtures() -> None:
    assert len(CASES) >= 60, f"fixtures are missing from {FOLDER}"


@pytest.mark.parametrize("case", CASES)
def test_a_page_of_each_pattern(case: str) -> None:
    spec = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    names = spec.get("names")
    reading = read(
        (FOLDER / f"{case}.html").read_text(encoding="utf-8"),
        spec["url"],
        row=date.fromisoformat(spec["row"]) if "row" in spec else None,
        names=SiteNames(**{key: tuple(value) for key, value in names.items()}) if names else None,
    )
    found = facts(reading)
    got = {key: found[key] for key in spec["expected"]}
    assert got == spec["expected"], f"{case}.html（{spec['about']}）"
