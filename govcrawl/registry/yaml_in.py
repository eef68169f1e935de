"""Rows from `registry.yaml` (INTERFACES, section 2)."""

from __future__ import annotations

from collections.abc import Callable

from govcrawl.model import Version
from govcrawl.registry import values as v
from govcrawl.registry import yaml_tree as tree
from govcrawl.registry.errors import RegistryError, RowError, nearest, shown
from govcrawl.registry.fields import FIELDS, FILINGS, REQUIRED, WRITTEN, Field, Kind
from govcrawl.registry.incoming import Incoming, IncomingRow, Place

_TOP = (Kind.UNIT, Kind.SITE, Kind.ACCOUNT)
_VERSION_KEYS = ("url", "lang", "kind")


def from_yaml(text: str, *, file: str = "") -> Incoming:
    """The rows of a registry file; faults of single values are collected in `errors`.

    A key that is not there keeps its registered value; one that is there and empty (`null`, `""`, `[]`)
    clears it.

    Raises:
        RegistryError: the text is no YAML, or not that of a registry.
    """
    root = tree.parse(text, file)
    if root is None or (isinstance(root, tree.Scalar) and root.text is None):
        return Incoming()
    if not isinstance(root, tree.Mapping):
        raise RegistryError(
            [RowError(file=file, row=root.line, message="应为以 units、sites、accounts 为键的登记表。")]
        )
    return _Reader(file).read(root)


class _Reader:
    def __init__(self, file: str):
        self.file = file
        self.errors: list[RowError] = []
        self.columns: list[IncomingRow] = []

    def read(self, root: tree.Mapping) -> Incoming:
        rows: dict[Kind, tuple[IncomingRow, ...]] = {}
        known = [str(kind) for kind in _TOP]
        for key, node in root.values.items():
            if key not in known:
                self.unknown(key, known, root.lines[key], "")
                continue
            kind = Kind(key)
            rows[kind] = tuple(self.row(kind, entry, key) for entry in self.mappings(node, key, key))
        return Incoming(
            units=rows.get(Kind.UNIT, ()),
            sites=rows.get(Kind.SITE, ()),
            columns=tuple(self.columns),
            accounts=rows.get(Kind.ACCOUNT, ()),
            errors=tuple(self.errors),
        )

    def row(
        self, kind: Kind, entry: tree.Mapping, sheet: str, owner: IncomingRow | None = None
    ) -> IncomingRow:
        fields = {f.name: f for f in WRITTEN[kind] if "." not in f.name and not (owner and f.name == "site")}
        known = [*fields, *(["filings", "columns"] if kind is Kind.SITE else [])]
        values: dict[str, object] = {}
        failed: set[str] = set()
        name = entry.values.get("id") or entry.values.get("name")
        label = name.text if isinstance(name, tree.Scalar) and name.text else None
        sheet = f"{sheet} {label[:40]}" if label else sheet
        place = Place(
            file=self.file, sheet=sheet, row=entry.line, labels={k: k for k in known}, lines=entry.lines
        )
        row = IncomingRow(values=values, place=place, owner=owner)
        for key, node in entry.values.items():
            line = entry.lines[key]
            if key not in known:
                self.unknown(key, known, line, sheet)
            elif key == "columns":
                self.columns += [
                    self.row(Kind.COLUMN, column, f"{sheet} columns", row)
                    for column in self.mappings(node, sheet, key)
                ]
            else:
                before = len(self.errors)
                value = self.value(key, fields.get(key), node, sheet)
                if len(self.errors) > before:
                    failed.add(key)
                else:
                    values[key] = value
        return (
            IncomingRow(values=values, place=place, owner=owner, failed=frozenset(failed)) if failed else row
        )

    def value(self, key: str, field: Field | None, node: tree.Node, sheet: str) -> object:
        if field is None:
            return self.filings(node, sheet)
        if key == "versions":
            return tuple(self.version(entry, sheet) for entry in self.mappings(node, sheet, key))
        if isinstance(node, tree.Mapping):
            return self.fail(node.line, sheet, key, "应为一个值，不能是下一级的键。")
        if field.items is not None:
            return self.several(key, field, node, sheet)
        if isinstance(node, tree.Sequence):
            return self.fail(node.line, sheet, key, "应为一个值，不能是列表。")
        if node.text is None or not v.clean(node.text):
            if key == "id":
                return None
            if field.empty is REQUIRED:
                return self.fail(node.line, sheet, key, "不能为空。")
            return field.empty
        value = self.scalar(key, field.read, node, sheet)
        return field.empty if value == "" and field.empty is not REQUIRED else value

    def several(self, key: str, field: Field, node: tree.Scalar | tree.Sequence, sheet: str) -> object:
        if isinstance(node, tree.Scalar):
            if node.text is None or not v.clean(node.text):
                return field.empty
            parts: list[tree.Node] = [tree.Scalar(node.text, node.line)]
        else:
            parts = node.items
        found = []
        for part in parts:
            if isinstance(part, tree.Scalar) and part.text is not None and v.clean(part.text):
                found.append(self.scalar(key, field.read, part, sheet))
            else:
                self.fail(part.line, sheet, key, "列表中的每一项都应为一个不为空的值。")
        return tuple(found)

    def scalar(self, key: str, read: Callable[[str], object], node: tree.Scalar, sheet: str) -> object:
        try:
            return read(node.text or "")
        except ValueError as error:
            return self.fail(node.line, sheet, key, str(error))

    def filings(self, node: tree.Node, sheet: str) -> object:
        if isinstance(node, tree.Scalar) and node.text is None:
            return {}
        if not isinstance(node, tree.Mapping):
            return self.fail(node.line, sheet, "filings", f"应为以 {'、'.join(FILINGS)} 为键的各项备案。")
        found: dict[str, object] = {}
        for key, part in node.values.items():
            if key not in FILINGS:
                self.unknown(key, list(FILINGS), node.lines[key], f"{sheet} filings")
            elif not isinstance(part, tree.Scalar):
                self.fail(part.line, sheet, f"filings.{key}", "应为一个值。")
            elif part.text is not None:
                found[key] = self.scalar(f"filings.{key}", v.optional_text, part, sheet)
        return {key: found[key] for key in FILINGS if found.get(key)}

    def version(self, entry: tree.Mapping, sheet: str) -> object:
        readers: dict[str, Callable[[str], object]] = {
            "url": v.url,
            "lang": v.language,
            "kind": v.version_kind,
        }
        found: dict[str, str] = {}
        for key, part in entry.values.items():
            if key not in readers:
                self.unknown(key, list(_VERSION_KEYS), entry.lines[key], f"{sheet} versions")
            elif not isinstance(part, tree.Scalar) or not part.text:
                self.fail(part.line, sheet, f"versions.{key}", "应为一个不为空的值。")
            else:
                found[key] = str(self.scalar(f"versions.{key}", readers[key], part, sheet))
        if "url" not in entry.values:
            return self.fail(entry.line, sheet, "versions", "缺少 url。")
        return Version(**{"url": "", **found})

    def mappings(self, node: tree.Node, sheet: str, key: str) -> list[tree.Mapping]:
        if isinstance(node, tree.Scalar) and node.text is None:
            return []
        if not isinstance(node, tree.Sequence):
            self.fail(node.line, sheet, key, "应为列表，每一项以“- ”开头。")
            return []
        entries = [item for item in node.items if isinstance(item, tree.Mapping)]
        for item in node.items:
            if not isinstance(item, tree.Mapping):
                read = shown(item.text) if isinstance(item, tree.Scalar) and item.text else "空项或列表"
                self.fail(item.line, sheet, key, f"每一项应为“键: 值”，读到{read}。")
        return entries

    def unknown(self, key: str, known: list[str], line: int, sheet: str) -> None:
        close = nearest(key, known) or _by_heading(key, known)
        hint = f"，是否应为“{close}”？" if close else f"，可用的键：{'、'.join(known)}。"
        self.errors.append(
            RowError(file=self.file, sheet=sheet, row=line, column=key[:40], message=f"不认识的键{hint}")
        )

    def fail(self, line: int, sheet: str, column: str, message: str) -> object:
        """Notes a fault; gives back the value that stands for what could not be read."""
        self.errors.append(RowError(file=self.file, sheet=sheet, row=line, column=column, message=message))
        return None


def _by_heading(key: str, known: list[str]) -> str | None:
    """A Chinese heading that stands where YAML has an English key."""
    for kind in Kind:
        for field in FIELDS[kind].values():
            if field.name in known and key in {field.heading, *field.also}:
                return field.name
    return None
