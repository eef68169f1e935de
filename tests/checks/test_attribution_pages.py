"""Pages of our own, half of them traps, through readers and check: right, missed and false by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.attribution import Attribution
from checks.sources import AllowedSources
from govcrawl.model import Column, ColumnType, Context, LinkVerdict, SiteNames, Try, Verdict
from govcrawl.pages import read_article, read_page
from tests.corpus import corpus_folder, saved_pages

FOLDER = Path(__file__).parents[1] / "fixtures" / "attribution"
TODAY = date(2026, 11, 25)
URL = "http://www.example.gov.cn/zwyw/202611/t1.html"
NAMES = {
    "own": ["示例市人民政府", "示例市人民政府办公室", "市政府办", "示例市水利局", "市水利局"],
    "subordinate": [],
}
CASES = sorted(path.stem for path in FOLDER.glob("*.html"))
CHECK = Attribution()


def spec_of(case: str) -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load((FOLDER / f"{case}.yaml").read_text(encoding="utf-8"))
    return spec


def found(case: str, ctx: Context) -> Iterator[tuple[str, bool]]:
    spec = spec_of(case)
    names = {key: tuple(value) for key, value in spec.get("names", NAMES).items()}
    ctx = replace(ctx, names=SiteNames(**names))
    if "allowed" in spec:
        ctx = replace(ctx, options={"allowed_sources": AllowedSources.of(spec["allowed"])})
    if "column" in spec:
        ctx = replace(ctx, page_column=Column(name="栏目", url=URL, type=ColumnType(spec["column"])))
    page = read_page((FOLDER / f"{case}.html").read_bytes(), URL, "text/html; charset=utf-8")
    reading = read_article(page, today=TODAY, names=ctx.names)
    for finding in CHECK.article(reading, ctx):
        yield finding.rule, finding.certain
    if original := spec.get("original"):
        facts = original if isinstance(original, dict) else {"title": original}
        if reading.original_url:
            tried = Try(method="GET", status=200, error=None, ms=9, at=datetime(2026, 11, 25, tzinfo=UTC))
            verdict = LinkVerdict(
                url=reading.original_url,
                verdict=Verdict(facts.get("verdict", "ok")),
                final_url=facts.get("final_url", reading.original_url),
                title=facts.get("title", ""),
                tries=(tried,),
            )
            for finding in CHECK.original(reading, verdict, ctx):
                yield finding.rule, finding.certain


def expected(case: str) -> set[tuple[str, bool]]:
    return {(each["rule"], each["certain"]) for each in spec_of(case)["expected"]}


def test_there_are_pages_and_half_of_them_are_traps() -> None:
    traps = [case for case in CASES if not expected(case)]
    assert len(CASES) >= 30, f"pages are missing from {FOLDER}"
    assert len(traps) * 2 >= len(CASES), f"only {len(traps)} of {len(CASES)} pages are traps"
    planted = {rule for case in CASES for rule, _ in expected(case)}
    assert planted == {rule.code for rule in CHECK.rules}, "a rule has no page on which it is found"


def test_nothing_missed_and_no_trap_sprung(ctx: Context) -> None:
    right: Counter[str] = Counter()
    missed: list[str] = []
    false: list[str] = []
    for case in CASES:
        seen, wanted = set(found(case, ctx)), expected(case)
        right.update(rule for rule, _ in seen & wanted)
        missed += [f"{case}: {rule} (certain={sure})" for rule, sure in sorted(wanted - seen)]
        false += [f"{case}: {rule} (certain={sure})" for rule, sure in sorted(seen - wanted)]
    report = f"right {dict(right)}\nmissed {missed}\nfalse {false}"
    assert not missed, report
    assert not false, report


def test_saved_pages_that_show_a_source_are_not_missing_one(ctx: Context) -> None:
    folder = corpus_folder()
    if folder is None:
        pytest.skip("no labelled corpus (GOVCRAWL_CORPUS or ../shared/corpus)")
    judged, blamed = 0, []
    for saved in saved_pages(folder):
        if not saved.labels["source_named"] or saved.labels["kind"] != "article":
            continue
        judged += 1
        reading = read_article(read_page(saved.body, ""), today=TODAY)
        rules = [finding.rule for finding in CHECK.article(reading, ctx)]
        if "source-missing" in rules:
            blamed.append(f"{saved.file}: shows {saved.labels['source_named']}")
    assert judged >= 60, f"the corpus should hold more articles with a source than {judged}"
    assert not blamed, f"a source is shown and was not read: {blamed}"
