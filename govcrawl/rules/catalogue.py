"""The catalogue of checks and rules, loaded through the entry-point group `govcrawl.checks`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points

from govcrawl.model import Check, Rule

GROUP = "govcrawl.checks"


class CatalogueError(Exception):
    """A check that can't be loaded, or a name that no check bears; one Chinese line."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The checks in force and their rules by code."""

    checks: tuple[Check, ...]
    rules: dict[str, Rule]

    def only(self, ids: Collection[str]) -> Catalogue:
        """The same, restricted to some checks.

        Raises:
            CatalogueError: an id that no check bears.
        """
        known = {check.id for check in self.checks}
        if unknown := [name for name in ids if name not in known]:
            raise CatalogueError(f"没有名为 {'、'.join(unknown)} 的检查项；已有：{'、'.join(sorted(known))}")
        return _catalogue([check for check in self.checks if check.id in ids])

    def check_of(self, rule: str) -> Check:
        """The check that a rule belongs to.

        Raises:
            KeyError: no such rule.
        """
        owner = self.rules[rule].check
        return next(check for check in self.checks if check.id == owner)


def load_catalogue(points: Iterable[EntryPoint] | None = None) -> Catalogue:
    """All checks that are installed, shipped and third-party alike, in the order of their names.

    Raises:
        CatalogueError: a check that can't be imported, is no `Check`, or claims a taken id or code.
    """
    found = entry_points(group=GROUP) if points is None else points
    checks = []
    for point in sorted({(p.name, p.value): p for p in found}.values(), key=lambda p: p.name):
        try:
            check = point.load()()
        except Exception as error:  # a third party's module may fail in any way
            raise CatalogueError(f"检查项 {point.name}（{point.value}）无法加载：{error}") from error
        if not isinstance(check, Check):
            raise CatalogueError(f"检查项 {point.name}（{point.value}）不是 govcrawl.model.Check 的子类")
        checks.append(check)
    return _catalogue(checks)


def _catalogue(checks: list[Check]) -> Catalogue:
    ids: set[str] = set()
    rules: dict[str, Rule] = {}
    for check in checks:
        if check.id in ids:
            raise CatalogueError(f"两个检查项同名：{check.id}")
        ids.add(check.id)
        for rule in check.rules:
            if rule.code in rules:
                raise CatalogueError(f"规则 {rule.code} 同属 {rules[rule.code].check} 和 {check.id}")
            rules[rule.code] = replace(rule, check=check.id)
    return Catalogue(tuple(checks), rules)
