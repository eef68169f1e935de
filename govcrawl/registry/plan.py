"""What an import would do: the registry that comes out, and each difference from the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from govcrawl.model import Registry, Version
from govcrawl.registry.errors import plain
from govcrawl.registry.fields import FIELDS, Kind

_SHOWN = 120
"""Characters of one value in a line for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One unit, site, column or account."""

    kind: Kind
    id: str
    """Of a column its address."""
    name: str
    site: str | None = None
    """Of a column: the id of its site."""

    def to_json(self) -> dict[str, str | None]:
        """For `--json`."""
        return {"kind": self.kind.one, "id": self.id, "name": self.name, "site": self.site}

    def __str__(self) -> str:
        owner = f"（网站 {self.site}）" if self.site else ""
        return f"{self.kind.zh} {plain(self.name, _SHOWN)}［{plain(self.id, _SHOWN)}］{owner}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field whose value becomes another."""

    entry: Entry
    field: str
    """Name in the model."""
    old: object
    new: object

    @property
    def heading(self) -> str:
        """The Chinese name of the field."""
        known = FIELDS[self.entry.kind].get(self.field)
        return known.heading if known else {"filings": "备案信息"}.get(self.field, self.field)

    def to_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            **self.entry.to_json(),
            "field": self.field,
            "old": _simple(self.old),
            "new": _simple(self.new),
        }

    def __str__(self) -> str:
        return f"{self.entry}：{self.heading} {_text(self.old)} → {_text(self.new)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """The outcome of `merge`. Nothing is written yet."""

    result: Registry
    added: tuple[Entry, ...] = ()
    changed: tuple[Change, ...] = ()
    """Retired sites, accounts and columns included."""
    missing: tuple[Entry, ...] = ()
    """In force in the registry and not in the files; never deleted. Only of kinds that the files hold."""
    retired: tuple[Entry, ...] = ()
    """Of the missing ones those that `retire` takes out of operation (永久下线; columns: 归档)."""
    slugs: tuple[Entry, ...] = ()
    """Those whose id was made here."""
    notes: tuple[str, ...] = ()
    """Chinese: what a person should look at, such as headings that were passed over."""

    @property
    def empty(self) -> bool:
        """Would nothing change."""
        return not (self.added or self.changed)

    def to_json(self) -> dict[str, object]:
        """The object of `govcrawl registry import --json`, everything but the registry itself."""
        return {
            "added": [entry.to_json() for entry in self.added],
            "changed": [change.to_json() for change in self.changed],
            "missing": [entry.to_json() for entry in self.missing],
            "retired": [entry.to_json() for entry in self.retired],
            "new_ids": [entry.to_json() for entry in self.slugs],
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """The plan in Chinese, one line a thing, without control characters."""
        retired = set(self.retired)
        found = [f"新增 {entry}" for entry in self.added]
        found += [f"修改 {change}" for change in self.changed]
        found += [f"未在文件中 {entry}" for entry in self.missing if entry not in retired]
        found += [f"未在文件中，按要求下线 {entry}" for entry in self.retired]
        found += [f"新编号 {entry}" for entry in self.slugs]
        found += [f"提示 {note}" for note in self.notes]
        return [plain(line, 1000) for line in found]


def _simple(value: object) -> object:
    """What JSON knows."""
    if isinstance(value, Version):
        return {"url": value.url, "lang": value.lang, "kind": value.kind}
    if isinstance(value, tuple):
        return [_simple(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, StrEnum) else value


def _text(value: object) -> str:
    if value is None or value in ("", (), {}):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Version):
        return f"{value.url} {value.lang} {value.kind}"
    if isinstance(value, tuple):
        return plain("、".join(_text(item) for item in value), _SHOWN)
    if isinstance(value, Mapping):
        parts = (
            f"{FIELDS[Kind.SITE][f'filings.{key}'].heading} {_text(part)}" for key, part in value.items()
        )
        return plain("、".join(parts), _SHOWN)
    return plain(str(value), _SHOWN)
