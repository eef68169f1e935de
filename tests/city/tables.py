"""Prints a comparison as Chinese tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.city.comparison import Comparison, FindingObject
from tests.city.shapes import City, Planted

_SHOWN = 30
"""Lines of one list that are printed; a run that saw nothing would else fill screens."""


def print_comparison(comparison: Comparison, city: City, console: Console) -> None:
    """By rule: planted, found, missed, wrong; then each thing that is not as it should be."""
    wrong = {id(found.planted) for found in comparison.wrong}
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for planted in city.planted:
        rows[planted.rule][0] += 1
    for found in comparison.found:
        rows[found.planted.rule][1] += 1
        rows[found.planted.rule][3] += id(found.planted) in wrong
    for planted in comparison.missed:
        rows[planted.rule][2] += 1
    for finding in (*comparison.unexpected, *(sprung.finding for sprung in comparison.sprung)):
        rows[finding["rule"]][4] += 1

    table = Table(title="埋下的问题与发现的问题", title_justify="left")
    for heading in ("问题类型", "埋下", "发现", "漏掉", "说错", "误报"):
        table.add_column(heading, justify="left" if heading == "问题类型" else "right")
    for rule in sorted(rows):
        planted_count, found_count, *bad = rows[rule]
        cells = [f"[bold red]{count}[/]" if count else "0" for count in bad]
        table.add_row(rule, str(planted_count), str(found_count), *cells)
    totals = [str(sum(row[place] for row in rows.values())) for place in range(5)]
    table.add_section()
    table.add_row("合计", *totals, style="bold")
    console.print(table)

    sprung = len({id(sprung.trap) for sprung in comparison.sprung})
    untried = len({id(one.trap) for one in comparison.untried})
    console.print(
        f"陷阱{comparison.traps}处：{comparison.traps - sprung - untried}处没有上当，"
        f"{sprung}处误报，{untried}处没有验证到。"
    )
    if comparison.not_tested:
        console.print(f"本机没有 IPv6，{len(comparison.not_tested)}个 IPv6 问题没有检查。")
    for finding in comparison.tolerated:
        console.print(f"因本机条件而有（不算误报）：{_line(finding)}", markup=False)
    _list("漏掉的问题", [_planted_line(planted) for planted in comparison.missed], console)
    _list(
        "说错的问题",
        [f"{_planted_line(found.planted)}：{'；'.join(found.wrong)}" for found in comparison.wrong],
        console,
    )
    _list("误报（陷阱）", [f"{one.trap.note}：{_line(one.finding)}" for one in comparison.sprung], console)
    _list("误报（其他）", [_line(finding) for finding in comparison.unexpected], console)
    _list(
        "写法不合规定的问题", [f"{why}：{_line(finding)}" for finding, why in comparison.malformed], console
    )
    _list(
        "没有验证到的陷阱",
        [f"{one.trap.site} {one.trap.note} {one.trap.address}：{one.reason}" for one in comparison.untried],
        console,
    )


def print_mended(comparison: Comparison, findings: Sequence[FindingObject], console: Console) -> None:
    """After everything was mended: how many findings are corrected, and which are still open."""
    states = Counter(str(finding["status"]) for finding in findings)
    console.print(f"全部整改后复查：{len(findings)}个问题中{states['corrected']}个已销号。")
    still = [*(one.finding for one in comparison.sprung), *comparison.unexpected]
    _list("整改后仍未销号", [_line(finding) for finding in still], console)


def _list(heading: str, lines: list[str], console: Console) -> None:
    if not lines:
        return
    console.print(f"[bold red]{heading}（{len(lines)}）[/]")
    for line in lines[:_SHOWN]:
        console.print(f"  · {escape(line)}")
    if len(lines) > _SHOWN:
        console.print(f"  · ……另有{len(lines) - _SHOWN}条")


def _planted_line(planted: Planted) -> str:
    place = planted.target or planted.column or planted.page or ""
    return f"{planted.site} {planted.rule} {planted.note} {place}".rstrip()


def _line(finding: FindingObject) -> str:
    place = finding.get("target") or finding.get("column") or ""
    return (
        f"{finding['site']} {finding['rule']} {finding.get('title', '')} {finding['page']} {place}".rstrip()
    )
