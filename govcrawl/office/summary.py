"""After a crawl: the summary table on the terminal and the site's HTML report (a Scrapy extension)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy import signals

from govcrawl.model import FindingRecord, RunRecord, RunResult, Severity, Status
from govcrawl.registry.lookup import owner_of
from govcrawl.store.evidence_files import FOLDER
from reports.site import write_site_report

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.outcome import Outcome

_WIDTH = 100
"""Columns of a summary in a file."""
_SHOWN = 30
"""Findings in the table; the rest stand in the report."""
_WEIGHT = {Severity.VETO: 0, Severity.PROBLEM: 1, Severity.ADVICE: 2}
_SURE = {Status.SUSPECTED: 1, Status.DISMISSED: 2, Status.EXEMPT: 2}


class Summary:
    """Prints what a run of the site spider found; does nothing for other spiders.

    Settings:
        GOVCRAWL_SUMMARY: a file to which it is written instead, for a process that crawls many sites.
    """

    def __init__(self, file: str | None = None) -> None:
        self._file = file

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Summary:
        """Connect to the end of the spider."""
        extension = cls(crawler.settings.get("GOVCRAWL_SUMMARY"))
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_closed(self, spider: Any) -> None:
        """Write the report, then print the table and where the report lies."""
        if self._file is None:
            self._tell(spider, Console(), Console(stderr=True))
            return
        with Path(self._file).open("a", encoding="utf-8") as file:
            console = Console(file=file, width=_WIDTH)
            self._tell(spider, console, console)

    def _tell(self, spider: Any, console: Console, errors: Console) -> None:
        outcome: Outcome | None = getattr(spider, "outcome", None)
        if outcome is None:
            if hasattr(spider, "outcome"):  # ours, and ended before it could judge
                _line(errors, "巡查被中断：已读取的页面已保存，本次不作判断；重新运行即可继续。")
            return
        try:
            report = _report(outcome)
        except OSError as error:
            report = None
            console.print(f"报告未能写入：{error}", markup=False)
        # A reader that went away (`| head`) must not cost the feed that is written after this; Rich ends
        # the process for it.
        with suppress(BrokenPipeError, SystemExit):
            show(outcome.run, outcome.records, outcome, report, console)


def _report(outcome: Outcome) -> Path:
    job = outcome.job
    folder = job.config.data / "reports" / "sites"
    return write_site_report(
        site=outcome.site,
        unit=job.registry.unit(outcome.site.unit),
        run=outcome.run,
        findings=outcome.records,
        registry=job.registry,
        profile=job.profile,
        rules=job.catalogue.rules,
        office=job.config.office,
        out_dir=folder,
        templates=job.config.folder / "templates",
        evidence=job.config.data / FOLDER,
    )


def worst_first(records: Sequence[FindingRecord]) -> list[FindingRecord]:
    """Vetoes before problems before advice, sure before suspected, home page before the rest."""
    return sorted(
        records,
        key=lambda r: (
            _SURE.get(r.status, 0) == 2,
            _WEIGHT[r.severity],
            _SURE.get(r.status, 0),
            not r.on_home,
            r.rule,
        ),
    )


def show(
    run: RunRecord, records: Sequence[FindingRecord], outcome: Outcome, report: Path | None, console: Console
) -> None:
    """Print the summary of a run: what was found, what was not judged, how long it took."""
    site = outcome.site
    if not outcome.job.registered and (known := _registered_as(outcome)):
        _line(console, f"提示：该网址属于已登记的网站 {known}，正式巡查请用 -a site={known}", style="yellow")
    seconds = 0.0 if run.ended is None else (run.ended - run.started).total_seconds()
    result = run.result or RunResult.PARTIAL
    names = f"{site.name}（{site.url}）"
    _line(
        console,
        f"巡查结果：{names}  {result.zh}{'  〔试查，不计入登记网站〕' if run.trial else ''}",
        style="bold",
    )
    _line(
        console,
        f"页面 {run.pages} 个；栏目读取 {run.columns_read} 个，未能读取 {run.columns_unreadable} 个；"
        f"链接正常 {run.links_ok} 条，错误 {run.links_broken} 条，未能核实 {run.links_unverified} 条；"
        f"用时 {seconds:.1f} 秒",
    )
    if records:
        console.print(_table(records, outcome))
    elif result is RunResult.COMPLETE:
        _line(console, "未发现问题。")
    if len(records) > _SHOWN:
        _line(console, f"另有 {len(records) - _SHOWN} 个问题见报告。")
    for reason in dict.fromkeys(item.reason for item in run.not_tested):
        _line(console, f"未检查：{reason}", style="yellow")
    for text in run.limits_hit:
        _line(console, f"达到上限：{text}", style="yellow")
    if run.unverified:
        _line(
            console,
            f"未能核实的链接 {len(run.unverified)} 条（对方拒绝程序访问等），不计为问题，见报告。",
            style="yellow",
        )
    if report is not None:
        _line(console, f"报告：{report}")


def _registered_as(outcome: Outcome) -> str:
    """The registered site to which the address of a trial belongs; "": none."""
    site = owner_of(outcome.job.registry.sites, outcome.site.url)
    return "" if site is None else site.id


def _table(records: Sequence[FindingRecord], outcome: Outcome) -> Table:
    """Worst first; each problem with its page, and with its unit where that is not the sponsor."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("性质", no_wrap=True)
    table.add_column("问题类型", overflow="fold", min_width=8)
    table.add_column("问题及所在页面", overflow="fold", ratio=1)
    rules, registry = outcome.job.catalogue.rules, outcome.job.registry
    for record in worst_first(records)[:_SHOWN]:
        unit = registry.unit(record.unit)
        other = f"（责任单位：{unit.name}）" if unit and record.unit != outcome.site.unit else ""
        places = f"（共{record.occurrences}处）" if record.occurrences > 1 else ""
        kind = Text(record.severity.zh, style="red" if record.severity is Severity.VETO else "")
        if record.status is not Status.CONFIRMED:
            kind.append("\n" + record.status.zh, style="dim")
        problem = Text(_clean(record.title) + places + other)
        problem.append("\n" + _clean(record.page), style="dim")
        table.add_row(kind, rules[record.rule].title if record.rule in rules else record.rule, problem)
    return table


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(_clean(text), style=style), soft_wrap=True)


def _clean(text: str) -> str:
    """Without control characters: titles come from pages, and a terminal obeys escape sequences."""
    return "".join(c if c.isprintable() else " " for c in text)
