"""`govcrawl checks`, `explain` and `profile`: rules and numbers, printed from where they are used."""

from __future__ import annotations

import inspect
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, print_json, print_table

profile_app = typer.Typer(help="检查指标：数值、依据、是否核对", no_args_is_help=True, rich_markup_mode=None)

_MEASURES = {
    "freshness": ("days.", "home.", "veto."),
    "ipv6": ("ipv6.",),
    "availability": ("availability.", "home.timeout"),
}


def register(app: typer.Typer) -> None:
    """Add these commands to the program's own."""
    app.command("checks")(checks)
    app.command("explain")(explain)


def checks(json: Json = False) -> None:
    """列出全部检查项和规则。"""
    from govcrawl.rules import load_catalogue

    catalogue = load_catalogue()
    titles = {check.id: check.title for check in catalogue.checks}
    if json:
        print_json(
            [
                {
                    "check": rule.check,
                    "rule": rule.code,
                    "title": rule.title,
                    "severity": str(rule.severity),
                    "basis": rule.basis,
                    "fix": rule.fix,
                }
                for rule in catalogue.rules.values()
            ]
        )
        return
    print_table(
        ["检查项", "规则", "问题类型", "性质", "依据"],
        ([titles[r.check], r.code, r.title, r.severity.zh, r.basis] for r in catalogue.rules.values()),
    )


def explain(rule: Annotated[str, typer.Argument(help="规则代码，如 link-broken")]) -> None:
    """说明一条规则：怎样判定、依据、数值、怎样整改。"""
    import difflib

    from govcrawl.office.deadlines import profile_of
    from govcrawl.rules import known_rules, load_catalogue

    rules, catalogue = known_rules(), load_catalogue()
    if rule not in rules:
        close = difflib.get_close_matches(rule, list(rules), n=1, cutoff=0.0)
        raise CommandError(
            f"没有名为 {rule} 的规则，最接近的是 {close[0]}" if close else f"没有名为 {rule} 的规则"
        )
    found = rules[rule]
    settings = config()
    profile = profile_of(settings)
    typer.echo(f"{found.code}  {found.title}（{found.severity.zh}）\n")
    typer.echo(f"依据：{found.basis}\n整改：{found.fix}\n")
    if rule in catalogue.rules:
        typer.echo(f"{inspect.getdoc(type(catalogue.check_of(rule))) or ''}\n")
    prefixes = (*_MEASURES.get(found.check, ()), f"points.{rule}")
    _print_values([(key, value) for key, value in profile.values.items() if key.startswith(prefixes)])


@profile_app.command("show")
def show(
    name: Annotated[str | None, typer.Argument(help="检查指标名称或文件，默认为配置中的")] = None,
    json: Json = False,
) -> None:
    """显示检查指标的全部数值。"""
    from govcrawl.rules import load_profile

    settings = config()
    overrides = {} if name else settings.rules.overrides
    profile = load_profile(name or settings.rules.profile, folder=settings.folder, overrides=overrides)
    if json:
        print_json(
            {
                "name": profile.name,
                "title": profile.title,
                "basis": list(profile.basis),
                "values": {
                    key: {
                        "value": value.value,
                        "unit": value.unit,
                        "source": value.source,
                        "verified": value.verified,
                    }
                    for key, value in profile.values.items()
                },
            }
        )
        return
    typer.echo(f"{profile.title}（{profile.name}）")
    for document in profile.basis:
        typer.echo(f"  依据：{document}")
    _print_values(list(profile.values.items()))


def _print_values(values: list[tuple[str, object]]) -> None:
    from govcrawl.model import Value

    print_table(
        ["项目", "数值", "单位", "已核对", "来源"],
        (
            [key, value.value, value.unit, "是" if value.verified else "否", value.source]
            for key, value in values
            if isinstance(value, Value)
        ),
        empty="本规则不使用检查指标中的数值",
    )
