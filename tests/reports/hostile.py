"""Text that must not do anything, in every field that can carry text."""

from __future__ import annotations

from dataclasses import replace

from samples import REGISTRY, RULES, Sample, SampleOffice, finding, runs

from govcrawl.model import (
    Column,
    ColumnType,
    Evidence,
    FindingRecord,
    NotTested,
    Registry,
    RunRecord,
    Status,
)

TEXTS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>&lt;b&gt;",
    "{{ 7*7 }}{% raw %}{# x #}${7*7}",
    "=cmd|'/C calc'!A1",
    '@SUM(1+1)*HYPERLINK("http://bad-example.test/")',
    "+1-1\t=1",
    "abc\u202egpj.exe\u2066\u200b\x00\x08\x1b\ud800\ufffe",
    "长" * 10_000,
    "x" * 10_000,
    "]]></style></pre></textarea><!-- ",
    "两行\r\nBcc: everybody@example.com\n第三行",
    "javascript:alert(1)",
)
"""Each is put into every field by turns."""

_STATUSES = (Status.CONFIRMED, Status.SUSPECTED, Status.DISPUTED, Status.CORRECTED)


def records(text: str) -> list[FindingRecord]:
    """Findings of all rules, every text field of which is the hostile text."""
    cases = ((n, code, status) for n, code in enumerate(sorted(RULES)) for status in _STATUSES)
    return [_record(text, number, code, status) for number, code, status in cases]


def _record(text: str, number: int, code: str, status: Status) -> FindingRecord:
    return finding(
        code,
        f"{number}{status}",
        title=text,
        basis=text,
        fix=text,
        page=text if number % 2 else "http://www.example.gov.cn/" + text,
        target=text if number % 3 else "https://t.example.org/?" + text,
        column=text,
        reason=text,
        occurrences=3,
        more_pages=(text, "http://" + text),
        status=status,
        detail={
            "cause": text,
            "status": text,
            "newest": text,
            "age_days": text,
            "threshold_days": text,
            "members": [text],
            "columns": [{"name": text}, text],
            "tries": [{"at": text, "status": text, "error": text}, text],
            "final_url": "http://" + text,
            "matched": [text],
            "reason": text,
            "source": text,
            text: text,
        },
        evidence=Evidence(snippet=text, line=1, selector=text, observed=(text,)),
    )


def registry(text: str) -> Registry:
    """The sample's registry with hostile names of units, sites and columns."""
    column = Column(name=text, url="http://www.example.gov.cn/x/", type=ColumnType.NEWS)
    return Registry(
        units=tuple(replace(unit, name=text) for unit in REGISTRY.units),
        sites=tuple(
            replace(site, name=text, code=text, columns=(column,), url=f"{site.url}{text}")
            for site in REGISTRY.sites
        ),
    )


def hostile_runs(text: str) -> list[RunRecord]:
    """The sample's runs with hostile reasons and links."""
    link = {"url": "http://" + text, "status": text, "page": text, "text": text, "reason": text}
    return [
        replace(
            run, not_tested=(NotTested(text, text),), limits_hit=(text,), unverified=(link, {"url": text})
        )
        for run in runs()
    ]


def sample(text: str) -> Sample:
    """A week in which everything that comes from outside is the hostile text."""
    return Sample(
        registry=registry(text),
        runs=hostile_runs(text),
        findings=records(text),
        before=records(text)[:3],
        office=SampleOffice(name=text, region=text, contact=text, phone=text),
    )
