"""`govcrawl findings`: problems and their life."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.model import FindingRecord, Registry, Status
    from govcrawl.store import Store, Transition

app = typer.Typer(help="问题：查看、核实、导出", no_args_is_help=True, rich_markup_mode=None)

_Site = Annotated[str | None, typer.Option("--site", help="只看一个网站")]
_Unit = Annotated[str | None, typer.Option("--unit", help="只看一个单位")]
_Status = Annotated[list[str] | None, typer.Option("--status", help="只看这些状态（可重复）")]
_Prints = Annotated[str, typer.Argument(help="问题编号（指纹）或其开头")]
_SHORTEST = 4
"""Digits of a fingerprint that must be given, so that a slip does not name another finding."""
_Reason = Annotated[str, typer.Option("--reason", help="理由")]
_Who = Annotated[str, typer.Option("--who", help="经办人")]


@app.command("list")
def list_(
    site: _Site = None,
    unit: _Unit = None,
    status: _Status = None,
    everything: Annotated[bool, typer.Option("--all", help="包括已整改、误报和已报备的")] = False,
    json: Json = False,
) -> None:
    """列出问题，默认只列未办结的。"""
    settings = config()
    with opened(settings) as store:
        registry = store.registry()
        site, unit = _named(registry, site, unit)
        found = store.findings(site=site, unit=unit, statuses=_statuses(status))
    if not everything and not status:
        found = [finding for finding in found if finding.open]
    if json:
        print_json([finding.to_json() for finding in found])
        return
    print_table(
        ["编号", "性质和状态", "问题、所在页面、责任单位"],
        (
            [
                f.fingerprint[:8],
                (f.severity.zh, f.status.zh),
                (
                    f.title,
                    f.page,
                    f"{words.unit_name(registry, f.unit)}，首次发现 "
                    f"{f.first_seen.astimezone(settings.office.zone):%Y-%m-%d}",
                ),
            ]
            for f in found
        ),
        empty="没有符合条件的问题",
    )
    if found:
        typer.echo(f"共 {len(found)} 个问题")


@app.command()
def show(
    fingerprint: _Prints,
    json: Json = False,
    open_: Annotated[bool, typer.Option("--open", help="打开佐证材料所在的文件夹")] = False,
) -> None:
    """显示一个问题的全部内容、佐证材料（截图、存档及其是否被改动、每次检测）和办理过程。"""
    from govcrawl.commands.evidence import file_rows, file_states, folder_of, open_folder, try_rows
    from govcrawl.store.evidence_files import FOLDER, EvidenceFolder
    from reports.evidence import facts

    settings = config()
    with opened(settings) as store:
        found = _one(store, fingerprint)
        registry = store.registry()
        history = store.history(found.fingerprint)
    files = EvidenceFolder(settings.data / FOLDER)
    if json:
        steps = [_step(step) for step in history]
        print_json(found.to_json() | {"history": steps, "files": file_states(found, files)})
        return
    zone = settings.office.zone

    def at(moment: datetime | None) -> str:
        return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    rows: list[tuple[str, object]] = [
        ("编号", found.fingerprint),
        ("问题", found.title),
        ("性质", found.severity.zh),
        ("状态", found.status.zh + ("（曾整改，再次出现）" if found.recurred else "")),
        ("网站", found.site),
        ("责任单位", words.unit_name(registry, found.unit)),
        ("所在页面", found.page),
        ("指向地址", found.target),
        ("出现处数", found.occurrences),
        ("依据", found.basis),
        ("整改建议", found.fix),
        ("首次发现", at(found.first_seen)),
        ("最近发现", at(found.last_seen)),
        ("源代码", found.evidence.snippet),
        ("位置", f"第{found.evidence.line}行 {found.evidence.selector}" if found.evidence.line else ""),
    ]
    told = facts(found, {}, settings.office.timezone)
    rows += [(fact.label, fact.text) for fact in told if fact.label != "页面存档"]  # its file is told below
    rows += file_rows(found, files)
    print_table(["项目", "内容"], [row for row in rows if row[1] not in (None, "")])
    if tries := try_rows(found, zone):
        print_table(["时间", "方式", "结果", "用时"], tries, title="每次检测")
    print_table(
        ["时间", "经办", "办理", "结果", "理由"],
        ([at(step.at), step.who, step.event.zh, step.after.zh, step.reason] for step in history),
        title="办理过程",
    )
    if open_:
        place = folder_of(found, files)
        if place is None:
            typer.echo("该问题没有佐证文件")
        elif open_folder(place):
            typer.echo(f"已打开 {place}")
        else:
            typer.echo(f"本机没有桌面，佐证材料在 {place}")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="写到的文件：.json、.csv 或 .xlsx")],
    site: _Site = None,
    unit: _Unit = None,
    status: _Status = None,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
) -> None:
    """导出问题（默认全部网站、全部状态）。"""
    import json as json_module

    from govcrawl.rules import known_rules
    from reports.ledger import write_csv, write_ledger

    if file.exists() and not force:
        raise CommandError(f"文件已存在：{file}（要覆盖请加 --force）")
    settings = config()
    with opened(settings) as store:
        registry = store.registry()
        site, unit = _named(registry, site, unit)
        found = store.findings(site=site, unit=unit, statuses=_statuses(status))
    rules, zone = known_rules(), settings.office.timezone
    suffix = file.suffix.lower()
    try:
        if suffix == ".json":
            text = json_module.dumps([finding.to_json() for finding in found], ensure_ascii=False, indent=2)
            file.write_text(text + "\n", encoding="utf-8")
        elif suffix == ".xlsx":
            write_ledger(found, registry, file, rules=rules, zone=zone)
        elif suffix == ".csv":
            write_csv(found, registry, file, rules=rules, zone=zone)
        else:
            raise CommandError(f"只能导出为 .json、.csv 或 .xlsx，现为 {suffix or '（无扩展名）'}")
    except OSError as error:
        raise CommandError(f"无法写入 {file}：{error}", 3) from error
    typer.echo(f"已导出 {len(found)} 个问题到 {file}")


@app.command()
def confirm(fingerprint: _Prints, who: _Who = "", reason: _Reason = "") -> None:
    """核实：疑似问题经人工核实，确为问题。"""
    _act("CONFIRM", fingerprint, who, reason)


@app.command()
def dismiss(fingerprint: _Prints, reason: _Reason, who: _Who = "") -> None:
    """排除：经人工核实为误报；同一问题不再报出。"""
    _act("DISMISS", fingerprint, who, reason)


@app.command()
def exempt(
    fingerprint: _Prints,
    reason: _Reason,
    until: Annotated[str, typer.Option("--until", help="报备有效至（YYYY-MM-DD，含当日）")],
    who: _Who = "",
) -> None:
    """报备：单位已事先报备，在有效期内暂不计。"""
    from govcrawl.rules.deadlines import end_of

    day = words.day(until, "--until")
    assert day is not None, "--until is a required option"
    zone = config().office.timezone
    _act("EXEMPT", fingerprint, who, reason, end_of(day, zone))


@app.command()
def reopen(fingerprint: _Prints, reason: _Reason, who: _Who = "") -> None:
    """重新打开：撤销误报、报备或销号，问题重新列入。"""
    _act("REOPEN", fingerprint, who, reason)


def _act(event: str, fingerprint: str, who: str, reason: str, until: datetime | None = None) -> None:
    from govcrawl.registry.errors import plain
    from govcrawl.store import Event

    if event != "CONFIRM" and not reason.strip():
        raise CommandError("请用 --reason 写明理由")
    with opened(config()) as store:
        found = _one(store, fingerprint)
        after = store.act(
            found.fingerprint,
            Event[event],
            who=words.person(who),
            reason=reason,
            now=now(),
            exempt_until=until,
        )
    typer.echo(plain(f"{after.fingerprint[:8]} {after.title}：{after.status.zh}", 1000))


def _named(registry: Registry, site: str | None, unit: str | None) -> tuple[str | None, str | None]:
    """Ids of what --site and --unit name."""
    return (
        None if site is None else words.site_id(registry, site),
        None if unit is None else words.unit_id(registry, unit),
    )


def _one(store: Store, fingerprint: str) -> FindingRecord:
    if len(fingerprint) < _SHORTEST:
        raise CommandError(f"编号至少写{_SHORTEST}位，现为 {fingerprint!r}")
    found = store.finding(fingerprint)
    if found is None:
        raise CommandError(f"没有编号以 {fingerprint} 开头的问题")
    return found


def _step(step: Transition) -> dict[str, object]:
    return {
        "at": step.at.isoformat(timespec="seconds"),
        "event": str(step.event),
        "before": None if step.before is None else str(step.before),
        "after": str(step.after),
        "who": step.who or None,
        "reason": step.reason,
        "run": step.run,
    }


def _statuses(words: list[str] | None) -> list[Status] | None:
    from govcrawl.model import Status

    known = {status.value: status for status in Status}
    for status in Status:  # as papers write it too: 疑似, 已核实 …
        known[status.zh.partition("（")[0]] = status
    if unknown := [word for word in words or [] if word not in known]:
        raise CommandError(f"没有名为 {'、'.join(unknown)} 的状态；已有：{'、'.join(known)}")
    return [known[word] for word in words] if words else None
