"""Column types that behave alike on SQLite and PostgreSQL, and bounds for what pages bring in."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Row numbers: 64 bits on both; SQLite counts up by itself only in a column called INTEGER."""

KEY_LENGTH = 32
URL_LIMIT = 4_096
TITLE_LIMIT = 500
TEXT_LIMIT = 4_000
DETAIL_LIMIT = 32_768
EVIDENCE_LIMIT = 16_384
READINGS_LIMIT = 4 * 1024 * 1024

_DEPTH = 6
_ENTRIES = 500


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database, and UTC again when it is read.

    SQLite keeps no zone, so naive UTC goes in; its text form sorts as the moments do.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC.

        Raises:
            ValueError: the moment has no zone; guessing one would move it by hours.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone can't be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_of(url: str) -> str:
    """The row key of an address: 128 bits of SHA-256 in hexadecimal.

    Addresses may be longer than what a PostgreSQL index takes (about 2,700 bytes).
    """
    return hashlib.sha256(url.encode("utf-8", "backslashreplace")).hexdigest()[:KEY_LENGTH]


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text that both databases take: without NUL and lone surrogates, at most `limit` characters."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def clean_or_none(text: str | None, limit: int = TEXT_LIMIT) -> str | None:
    """`clean` for what may be missing."""
    return None if text is None else clean(text, limit)


def bounded(value: Mapping[str, object], limit: int) -> dict[str, Any]:
    """A mapping as plain JSON of at most about `limit` bytes.

    Long texts, long lists and deep nesting are cut; where that is not enough, whole entries are
    left out from the end. Whatever was cut is said: the key `truncated` is then true.
    """
    cutter = _Cutter()
    result = {clean(str(key), 100): cutter.plain(entry, 1) for key, entry in list(value.items())[:_ENTRIES]}
    cut = cutter.cut or len(value) > _ENTRIES
    sizes = {key: _size(entry) + len(key) for key, entry in result.items()}
    while sum(sizes.values()) > limit:
        largest = max(sizes, key=lambda key: sizes[key])
        del result[largest], sizes[largest]
        cut = True
    if cut:
        result["truncated"] = True
    return result


class _Cutter:
    """Makes plain JSON of anything, and remembers whether something had to go."""

    def __init__(self) -> None:
        self.cut = False

    def plain(self, value: object, depth: int) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        if isinstance(value, Enum):
            return self.plain(value.value, depth)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, str):
            self.cut = self.cut or len(value) > TEXT_LIMIT
            return clean(str(value))
        if depth >= _DEPTH:
            self.cut = True
            return None
        if isinstance(value, Mapping):
            self.cut = self.cut or len(value) > _ENTRIES
            entries = list(value.items())[:_ENTRIES]
            return {clean(str(key), 100): self.plain(entry, depth + 1) for key, entry in entries}
        if isinstance(value, list | tuple | set | frozenset):
            self.cut = self.cut or len(value) > _ENTRIES
            ordered = sorted(value, key=repr) if isinstance(value, set | frozenset) else list(value)
            return [self.plain(entry, depth + 1) for entry in ordered[:_ENTRIES]]
        return clean(str(value))


def _size(value: Any) -> int:
    """About how many bytes a plain value takes as JSON."""
    if isinstance(value, str):
        return len(value.encode()) + 2
    if isinstance(value, dict):
        return sum(len(key) + 4 + _size(entry) for key, entry in value.items())
    if isinstance(value, list):
        return sum(2 + _size(entry) for entry in value)
    return 8
