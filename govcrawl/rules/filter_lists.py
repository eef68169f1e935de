"""The office's own lists of advertising rules (EasyList syntax), as they lie in `var/filters`.

`lists.json` beside them says of each where it came from, when, and its hash: reports name lists and dates,
and what was changed by hand is noticed. The shipped list is no part of it; it always counts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from govcrawl.files import write_atomically

MAX_BYTES = 16 * 2**20
"""Of one list; EasyList has about two million."""
MAX_LISTS = 20
_INDEX = "lists.json"
_NAME = re.compile(r"[\w.\-]{1,60}")
_HEADER = re.compile(r"^[!#]\s{0,3}(title|version|last modified)\s{0,3}:\s{0,3}(.{1,100})$", re.IGNORECASE)
_HEADER_LINES = 30


class FilterListError(Exception):
    """A list that can't be used; one Chinese line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterList:
    """One list, and where it came from."""

    name: str
    """By which it is replaced and removed."""
    title: str
    """As the list calls itself."""
    version: str
    """Version or date of change, as the list says; may be empty."""
    origin: str
    """Address, or name of the file."""
    added: str
    """When it was got: ISO 8601, UTC."""
    sha256: str
    rules: int

    def zh(self, zone: ZoneInfo) -> str:
        """For papers: EasyList（2026-11-25取得，规则60000条，校验值1234abcd）."""
        day = datetime.fromisoformat(self.added).astimezone(zone).date()
        return f"{self.title}（{day}取得，规则{self.rules}条，校验值{self.sha256[:8]}）"


def filter_lists(folder: Path) -> tuple[FilterList, ...]:
    """The lists that lie in a folder, by name; none where there is no folder.

    Raises:
        FilterListError: the index can't be read.
    """
    path = folder / _INDEX
    try:
        if not path.exists():
            return ()
        entries = json.loads(path.read_text(encoding="utf-8"))
        found = [FilterList(**entry) for entry in entries]
        for entry in found:
            datetime.fromisoformat(entry.added)
            if not _NAME.fullmatch(entry.name):
                raise ValueError(entry.name)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FilterListError(
            f"广告规则的目录无法读取：{path}（{error}）；请删去该文件后重新导入规则"
        ) from error
    return tuple(sorted(found, key=lambda entry: entry.name))


def text_of(folder: Path, entry: FilterList) -> str:
    """The rules of a list.

    Raises:
        FilterListError: it can't be read, or is not what was kept.
    """
    path = _path(folder, entry.name)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise FilterListError(
            f"广告规则文件无法读取：{path}（{error.strerror or error}）；请重新导入"
        ) from error
    if hashlib.sha256(body).hexdigest() != entry.sha256:
        raise FilterListError(f"广告规则文件已被改动，与登记的校验值不符：{path}；请重新导入")
    return body.decode("utf-8-sig")


def keep(folder: Path, *, name: str, body: bytes, origin: str, now: datetime) -> FilterList:
    """Keep a list under a name, in the place of an earlier one of that name; nothing is kept by halves.

    Args:
        folder: made where it is missing.
        name: letters, digits, `.`, `_`, `-`; at most 60.
        body: the list, UTF-8.
        origin: address, or name of the file.
        now: UTC, aware.

    Raises:
        FilterListError: it is no list, or can't be kept.
    """
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise FilterListError(f"规则名称只能用文字、数字和 . _ -，不超过 60 个字，现为 {name[:80]!r}")
    title, version, rules = _read(body)
    entry = FilterList(
        name=name,
        title=title or name,
        version=version,
        origin=origin[:500],
        added=now.isoformat(timespec="seconds"),
        sha256=hashlib.sha256(body).hexdigest(),
        rules=rules,
    )
    others = [known for known in filter_lists(folder) if known.name != name]
    if len(others) >= MAX_LISTS:
        raise FilterListError(f"规则最多 {MAX_LISTS} 份，请先删去不用的（govcrawl filters remove 名称）")
    try:
        write_atomically(_path(folder, name), body)
        _write_index(folder, [*others, entry])
    except OSError as error:
        raise FilterListError(f"规则未能写入 {folder}：{error.strerror or error}") from error
    return entry


def remove(folder: Path, name: str) -> FilterList:
    """Take a list out.

    Raises:
        FilterListError: there is none of that name, or it can't be removed.
    """
    known = filter_lists(folder)
    entry = next((entry for entry in known if entry.name == name), None)
    if entry is None:
        names = "、".join(entry.name for entry in known)
        raise FilterListError(
            f"没有名为 {name[:80]} 的规则" + (f"；现有：{names}" if names else "，尚未导入任何规则")
        )
    try:
        _write_index(folder, [other for other in known if other.name != name])
        _path(folder, name).unlink(missing_ok=True)
    except OSError as error:
        raise FilterListError(f"规则未能删去：{error.strerror or error}") from error
    return entry


def _read(body: bytes) -> tuple[str, str, int]:
    """Title, version and number of rules of a list.

    Raises:
        FilterListError: it is too long, no text, a page, or holds no rule.
    """
    if len(body) > MAX_BYTES:
        raise FilterListError(f"规则过大（上限 {MAX_BYTES // 2**20} MB）")
    try:
        lines = body.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise FilterListError("规则应为 UTF-8 文本") from error
    if any(line.lstrip().lower().startswith(("<!doctype", "<html", "<?xml")) for line in lines[:5]):
        raise FilterListError("内容是网页，不是广告规则")
    facts = {
        match[1].lower(): "".join(c for c in match[2].strip() if c.isprintable())
        for line in lines[:_HEADER_LINES]
        if (match := _HEADER.match(line))
    }
    rules = [line for line in lines if line.strip() and not line.startswith(("!", "["))]
    if not rules or not any(_is_rule(line) for line in rules[:200]):
        raise FilterListError("内容中没有 EasyList 语法的规则")
    return facts.get("title", ""), facts.get("last modified") or facts.get("version", ""), len(rules)


def _is_rule(line: str) -> bool:
    """Does a line look like one: so a wrong file is noticed, not every wrong rule."""
    return line.startswith(("||", "@@", "|http", "##", "/", "-", "_", "&", ".")) or "##" in line


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.txt"


def _write_index(folder: Path, entries: Iterable[FilterList]) -> None:
    text = json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2)
    write_atomically(folder / _INDEX, text.encode())
