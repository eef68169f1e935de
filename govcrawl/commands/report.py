"""`govcrawl report`: the papers of an office, as drafts and as issued."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from datetime import date, datetime

    from govcrawl.config import Config
    from govcrawl.model import ReportKind, ReportRecord

_Out = Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports 下的同类文件夹")]
_Number = Annotated[str, typer.Option("--number", help="发文字号；不写则留空")]
_Signer = Annotated[str, typer.Option("--signer", help="签发人；不写则留空")]
_Dated = Annotated[str | None, typer.Option("--date", help="成文日期 YYYY-MM-DD；不写则留空")]
_Reissue = Annotated[bool, typer.Option("--reissue", help="已定稿的时段重新编制，成为下一版；原来的版本保留")]
_Month = Annotated[str | None, typer.Option("--month", help="如 2026-11；默认上一个完整的月")]

app = typer.Typer(
    help="报告：周巡查、月整改、季通报、信息采用情况通报", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def report() -> None:
    """报告：周巡查、月整改、季通报、信息采用情况通报。编制的是草稿，用 report issue 定稿。"""


@app.command()
def weekly(
    week: Annotated[str | None, typer.Option("--week", help="如 2026-W47；默认上一个完整的周")] = None,
    out: _Out = None,
    reissue: _Reissue = False,
    json: Json = False,
) -> None:
    """编制周巡查情况（HTML）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.model import ReportKind

    _make(_draft(ReportKind.WEEKLY, week), out, reissue=reissue, json=json)


@app.command()
def monthly(
    month: _Month = None,
    out: _Out = None,
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    reissue: _Reissue = False,
    json: Json = False,
) -> None:
    """编制月整改情况通报（HTML、DOCX）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.model import ReportKind

    draft = _imprinted(_draft(ReportKind.MONTHLY, month), number, signer, dated)
    _make(draft, out, reissue=reissue, json=json)


@app.command()
def quarterly(
    quarter: Annotated[str | None, typer.Option("--quarter", help="如 2026-Q4；默认上一个完整的季度")] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="数据截至 YYYY-MM-DD（含当日），用于季度未结束时印发")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="公开稿：不含网址、台账和未处置的安全问题的具体情况")
    ] = False,
    out: _Out = None,
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    reissue: _Reissue = False,
    json: Json = False,
) -> None:
    """编制季度检查情况通报（HTML、DOCX）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.model import ReportKind

    last_day = words.day(until, "--until")
    draft = replace(_draft(ReportKind.QUARTERLY, quarter, until=last_day), public=public, until=last_day)
    _make(_imprinted(draft, number, signer, dated), out, reissue=reissue, json=json)


@app.command()
def adoption(
    month: _Month = None,
    out: _Out = None,
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    reissue: _Reissue = False,
    json: Json = False,
) -> None:
    """编制信息采用情况通报（HTML、DOCX）和采用稿件清单（XLSX），并显示路径。"""
    from govcrawl.model import ReportKind

    draft = _imprinted(_draft(ReportKind.ADOPTION, month), number, signer, dated)
    _make(draft, out, reissue=reissue, json=json)


@app.command()
def issue(
    report: Annotated[int, typer.Argument(metavar="编号", help="见 govcrawl report list")],
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    who: Annotated[str, typer.Option("--who", help="经办人")] = "",
    json: Json = False,
) -> None:
    """把草稿定稿：数字不再变化，文件另存并记录校验值；定稿后数据库再变，文件也不变。"""
    from govcrawl.office.papers import Changed, issue_paper

    settings, moment = config(), now()
    with opened(settings) as store:
        draft = store.report_called(report)
        if draft is None:
            raise CommandError(f"没有编号为 {report} 的报告（见 govcrawl report list）")
        if draft.issued is not None:
            raise CommandError(f"报告 {report} 已经定稿，不能更改；需要更正请用 --reissue 重新编制")
        final = replace(_imprinted(draft, number, signer, dated), who=words.person(who))
        try:
            issued, unprinted = issue_paper(final, settings, store, moment)
        except Changed as error:
            again = f"govcrawl report {draft.kind.value} {_option(draft)}"
            raise CommandError(f"{error}，请重新编制（{again}）并核对后再定稿") from error
        except OSError as error:
            raise CommandError(f"报告无法写入：{error}", 3) from error
    _tell(issued, [settings.data / path for path, _ in issued.files], json=json)
    if unprinted:
        typer.echo(f"提示：{unprinted}", err=True)


@app.command("list")
def list_all(json: Json = False) -> None:
    """列出编制过的报告：草稿和定稿，定稿的文件是否完好。"""
    settings = config()
    with opened(settings) as store:
        found = store.reports()
    if json:
        print_json([_json(one, settings) for one in found])
        return
    if not found:
        typer.echo("还没有编制过报告")
        return
    rows = []
    for one in found:
        wrong = sorted({state for _, state in _states(one, settings)} - {"完好"})
        issued = "草稿" if one.issued is None else f"{settings.office.day(one.issued)} 定稿"
        rows.append(
            [
                str(one.id),
                one.kind.zh + ("公开稿" if one.public else ""),
                one.period,
                str(one.version),
                issued,
                "" if one.issued is None else "、".join(wrong) or "完好",
            ]
        )
    print_table(["编号", "报告", "时段", "版本", "状态", "文件"], rows)


def _draft(kind: ReportKind, text: str | None, *, until: date | None = None) -> ReportRecord:
    """The draft of the period that an option names; by default of the last one that is over."""
    from govcrawl.model import ReportRecord
    from govcrawl.office.papers import PERIODS
    from reports.periods import PeriodError

    settings, moment = config(), now()
    period_type = PERIODS[kind]
    try:
        period = period_type.parse(text) if text else period_type.last_complete(settings.office.day(moment))
    except PeriodError as error:
        raise CommandError(f"--{period_type.__name__.lower()} {text!r} 不可用：{error}") from error
    if period.instants(settings.office.timezone)[0] > moment:
        raise CommandError(f"{period.zh}还没有到")
    if until is not None and not period.start <= until <= period.end:
        raise CommandError(f"--until 应在{period.zh}之内，现为 {until}")
    return ReportRecord(id=0, kind=kind, period=period.code, made=moment)


def _imprinted(report: ReportRecord, number: str, signer: str, dated: str | None) -> ReportRecord:
    """With what the office gives; what was given before stays."""
    return replace(
        report,
        number=number or report.number,
        signer=signer or report.signer,
        dated=words.day(dated, "--date") or report.dated,
    )


def _make(draft: ReportRecord, out: Path | None, *, reissue: bool, json: bool) -> None:
    """Make a draft and tell its paths; of a period that was issued tell what was issued."""
    from govcrawl.office.papers import imprint_of, make, print_beside

    settings = config()
    with opened(settings) as store:
        issued = store.issued_report(draft.kind, draft.period, public=draft.public)
        if issued is not None and not reissue:
            _tell_issued(issued, settings, json=json)
            return
        store.pass_time(draft.made)
        paper = make(draft, settings, store)
        folder = out or settings.data / "reports" / draft.kind.value
        try:
            paths = paper.write(folder, imprint_of(draft))
            printed, unprinted = print_beside(paths, settings)
        except OSError as error:
            raise CommandError(f"报告无法写入 {folder}：{error}", 3) from error
        kept = store.draft_report(replace(draft, numbers=paper.numbers))
    _tell(kept, [*paths, *printed], json=json)
    for hint in (paper.hint, unprinted):
        if hint:
            typer.echo(f"提示：{hint}", err=True)
    typer.echo(f"提示：以上为草稿，定稿请执行 govcrawl report issue {kept.id}", err=True)


def _tell_issued(issued: ReportRecord, settings: Config, *, json: bool) -> None:
    from reports.periods import moment_zh

    assert issued.issued is not None
    _tell(issued, [settings.data / path for path, _ in issued.files], json=json)
    day = moment_zh(issued.issued, settings.office.timezone, year=True).split(" ", 1)[0]
    typer.echo(
        f"提示：{issued.period} 的{issued.kind.zh}已于{day}定稿（第{issued.version}版），没有重新编制；"
        "需要更正请加 --reissue",
        err=True,
    )
    for path, state in _states(issued, settings):
        if state != "完好":
            typer.echo(f"警告：{path} {state}，与定稿时不符", err=True)


def _tell(report: ReportRecord, paths: list[Path], *, json: bool) -> None:
    if json:
        told = {
            "report": report.kind.value,
            "period": report.period,
            "id": report.id,
            "version": report.version,
            "state": "draft" if report.issued is None else "issued",
            "paths": [str(path) for path in paths],
            "numbers": report.numbers,
        }
        print_json(told)
        return
    for path in paths:
        typer.echo(str(path))


def _json(report: ReportRecord, settings: Config) -> dict[str, object]:
    def moment(value: datetime | date | None) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "id": report.id,
        "report": report.kind.value,
        "period": report.period,
        "public": report.public,
        "until": moment(report.until),
        "version": report.version,
        "state": "draft" if report.issued is None else "issued",
        "made": moment(report.made),
        "issued": moment(report.issued),
        "who": report.who,
        "number": report.number,
        "signer": report.signer,
        "date": moment(report.dated),
        "files": [
            {"path": str(settings.data / path), "sha256": digest, "state": state}
            for (path, digest), (_, state) in zip(report.files, _states(report, settings), strict=True)
        ],
    }


def _states(report: ReportRecord, settings: Config) -> list[tuple[Path, str]]:
    """What became of each file of an issued report since."""
    from govcrawl.store.evidence_files import state_of

    return [
        (settings.data / path, state_of(settings.data / path, digest).zh) for path, digest in report.files
    ]


def _option(report: ReportRecord) -> str:
    from govcrawl.office.papers import PERIODS

    told = f"--{PERIODS[report.kind].__name__.lower()} {report.period}"
    told += f" --until {report.until}" if report.until else ""
    return told + (" --public" if report.public else "")
